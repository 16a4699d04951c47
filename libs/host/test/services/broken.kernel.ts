import { SPOILS } from './broken.ts';
import { describeBroken } from './broken-suite.ts';
import { RULE_PROGRAMS } from './programs.ts';
import { asksOverSctp } from './suite-cases.ts';

// What is broken in the state is broken alike for every backend; what is broken in rules, for each anew.
describeBroken(RULE_PROGRAMS, ({ backend }, one) => !asksOverSctp(one) && (backend === 'nftables' || one.feature in SPOILS));
