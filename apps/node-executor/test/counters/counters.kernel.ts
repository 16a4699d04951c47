import { describeCounters } from './counters.ts';

describeCounters(['nftables', 'iptables']);
