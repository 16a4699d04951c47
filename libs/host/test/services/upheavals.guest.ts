import { bothWays, describeUpheavals } from './upheavals.ts';

// An emulated processor opens as many as it can, and the more, the longer everything else takes.
const rate = { tried: 20, meant: 10, least: 10 };

describeUpheavals({ replaced: [], switched: bothWays('ipvs', 'nftables'), rates: { replaced: rate, switched: rate } });
