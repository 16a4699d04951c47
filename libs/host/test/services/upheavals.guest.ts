import { describeUpheavals } from './upheavals.ts';

// More connections a second than these and an emulated processor does nothing else, and answers late.
describeUpheavals([{ name: 'ipvs', backend: 'ipvs' }], 4, ['nftables', 'iptables']);
