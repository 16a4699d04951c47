import { bothWays, describeUpheavals } from './upheavals.ts';

// The machine that the guest runs on may be busy: what was reached is annotated.
describeUpheavals({ replaced: ['ipvs'], switched: bothWays('ipvs', 'iptables'), rate: { tried: 200, least: 100 } });
