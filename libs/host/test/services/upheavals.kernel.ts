import { bothWays, describeUpheavals } from './upheavals.ts';

const rate = { tried: 250, meant: 200, least: 200 };

describeUpheavals({
  replaced: ['nftables', 'iptables'],
  switched: bothWays('nftables', 'iptables'),
  rates: { replaced: rate, switched: rate },
});
