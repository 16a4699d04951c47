import { describeCounters } from './counters.ts';

describeCounters(['ipvs']);
