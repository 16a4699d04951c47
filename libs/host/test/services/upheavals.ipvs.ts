import { bothWays, describeUpheavals } from './upheavals.ts';

describeUpheavals({ replaced: ['ipvs'], switched: bothWays('ipvs', 'iptables'), rate: { tried: 200, least: 180 } });
