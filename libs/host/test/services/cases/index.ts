import type { ServiceCase } from '../case.ts';
import { ADDRESS_CASES } from './addresses.ts';
import { POLICY_CASES } from './policies.ts';
import { STICKINESS_CASES } from './stickiness.ts';

/** Everything that services do. */
export const SERVICE_CASES: readonly ServiceCase[] = [...ADDRESS_CASES, ...POLICY_CASES, ...STICKINESS_CASES];
