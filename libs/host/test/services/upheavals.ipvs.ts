import { bothWays, describeUpheavals } from './upheavals.ts';

// The guest's one processor is nodes, pods and clients: pods and clients come first, as they would on machines of their own. Else changing three nodes, some dozen processes, takes a
// third of the connections that there could be (143 and 183 a second of 200 and 250 that were tried; with -20 for `nice` 189 and 208, on a machine with a load of 15).
describeUpheavals({
  replaced: ['ipvs'],
  switched: bothWays('ipvs', 'iptables'),
  rates: {
    replaced: { tried: 250, meant: 200, least: 100, through: ['nice', '-n', '-10'] },
    switched: { tried: 200, meant: 100, least: 100 },
  },
});
