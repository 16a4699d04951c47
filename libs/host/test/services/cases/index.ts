import type { ServiceCase } from '../case.ts';
import { ADDRESS_CASES } from './addresses.ts';
import { POLICY_CASES } from './policies.ts';
import { SCTP_CASES } from './sctp.ts';
import { STICKINESS_CASES } from './stickiness.ts';

/** Everything that services do. */
export const SERVICE_CASES: readonly ServiceCase[] = [...ADDRESS_CASES, ...SCTP_CASES, ...POLICY_CASES, ...STICKINESS_CASES];
