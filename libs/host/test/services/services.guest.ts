import { RULE_PROGRAMS } from './programs.ts';
import { describeServices } from './suite.ts';
import { asksOverSctp } from './suite-cases.ts';

// All else is shown on this machine's own kernel, which is faster, and the legacy variant where ipvs is.
describeServices(
  RULE_PROGRAMS.filter(({ prepare }) => prepare === undefined),
  (_program, one) => asksOverSctp(one),
);
