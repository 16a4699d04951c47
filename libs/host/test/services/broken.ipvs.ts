import { SPOILS } from './broken.ts';
import { describeBroken } from './broken-suite.ts';
import { IPVS_PROGRAM } from './programs.ts';
import { asksOverSctp, casesOf } from './suite-cases.ts';

const ofNftables = casesOf('nftables');

// And what nftables has not shown already, for want of SCTP or of a scheduler.
describeBroken([IPVS_PROGRAM], (_, one) => one.feature in SPOILS || asksOverSctp(one) || !ofNftables.includes(one));
