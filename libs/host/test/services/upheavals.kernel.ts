import { bothWays, describeUpheavals } from './upheavals.ts';

describeUpheavals({
  replaced: ['nftables', 'iptables'],
  switched: bothWays('nftables', 'iptables'),
  rate: { tried: 250, least: { replaced: 200, switched: 200 } },
});
