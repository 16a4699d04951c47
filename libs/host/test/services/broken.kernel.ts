import { SPOILT } from './broken.ts';
import { describeBroken } from './broken-suite.ts';
import { RULE_PROGRAMS } from './programs.ts';

// What is broken in the state is broken alike for every backend; what is broken in rules, for each anew.
describeBroken(RULE_PROGRAMS, ({ backend }, { feature }) => backend === 'nftables' || SPOILT.includes(feature));
