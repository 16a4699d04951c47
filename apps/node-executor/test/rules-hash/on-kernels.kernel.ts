import { describeOnKernels } from './on-kernels.ts';

describeOnKernels(['nftables', 'iptables'], 20);
