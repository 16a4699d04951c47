import { RULE_PROGRAMS } from './programs.ts';
import { describeServices } from './suite.ts';
import { asksOverSctp } from './suite-cases.ts';

describeServices(RULE_PROGRAMS, (_, one) => !asksOverSctp(one));
