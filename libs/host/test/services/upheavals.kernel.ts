import { describeUpheavals } from './upheavals.ts';

describeUpheavals(
  [
    { name: 'nftables', backend: 'nftables' },
    { name: 'iptables', backend: 'iptables' },
  ],
  200,
);
