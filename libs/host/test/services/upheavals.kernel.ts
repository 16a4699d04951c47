import { bothWays, describeUpheavals } from './upheavals.ts';

describeUpheavals({
  replaced: ['nftables', 'iptables'],
  switched: bothWays('nftables', 'iptables'),
  rates: { replaced: { tried: 250, meant: 200, least: 200 }, switched: { tried: 250, meant: 200, least: 100 } },
});
