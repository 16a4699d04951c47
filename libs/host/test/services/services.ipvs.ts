import { IPVS_PROGRAM, RULE_PROGRAMS } from './programs.ts';
import { describeServices } from './suite.ts';
import { asksOverSctp } from './suite-cases.ts';

const legacy = RULE_PROGRAMS.filter(({ prepare }) => prepare !== undefined);

// The other programs have shown all but SCTP on this machine's own kernel, which is faster.
describeServices([IPVS_PROGRAM, ...legacy], ({ backend }, one) => backend === 'ipvs' || asksOverSctp(one));
