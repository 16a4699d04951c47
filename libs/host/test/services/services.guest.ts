import { RULE_PROGRAMS } from './programs.ts';
import { describeServices } from './suite.ts';
import { asksOverSctp } from './suite-cases.ts';

// The others have shown all else on this machine's own kernel, which is faster.
describeServices([{ name: 'ipvs', backend: 'ipvs' }, ...RULE_PROGRAMS], ({ backend }, one) => backend === 'ipvs' || asksOverSctp(one));
