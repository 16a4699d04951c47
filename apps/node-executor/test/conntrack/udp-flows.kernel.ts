import { describeUdpFlows } from './udp-flows.ts';

describeUdpFlows(['nftables', 'iptables']);
