import { describeUpheavals } from './upheavals.ts';

// An emulated processor opens as many as it can, and the more, the longer everything else takes.
describeUpheavals([{ name: 'ipvs', backend: 'ipvs' }], { tried: 100, least: 10 }, ['nftables', 'iptables']);
