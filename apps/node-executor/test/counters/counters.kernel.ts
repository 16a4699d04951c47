import { describeCounters } from './counters.ts';

describeCounters([
  ['nftables', true],
  ['iptables', false],
]);
