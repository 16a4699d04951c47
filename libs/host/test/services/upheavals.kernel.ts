import { describeUpheavals } from './upheavals.ts';

describeUpheavals(
  [
    { name: 'nftables', backend: 'nftables' },
    { name: 'iptables', backend: 'iptables' },
  ],
  { tried: 250, least: 200 },
);
