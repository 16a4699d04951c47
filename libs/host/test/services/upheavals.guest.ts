import { bothWays, describeUpheavals } from './upheavals.ts';

// An emulated processor opens as many as it can, and the more, the longer everything else takes.
describeUpheavals({ replaced: [], switched: bothWays('ipvs', 'nftables'), rate: { tried: 100, least: { replaced: 0, switched: 10 } } });
