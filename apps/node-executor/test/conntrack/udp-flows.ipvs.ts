import { describeUdpFlows } from './udp-flows.ts';

describeUdpFlows(['ipvs']);
