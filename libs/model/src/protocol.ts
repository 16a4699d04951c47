import { z } from 'zod';

/** The version of what executors and the control plane say to each other. It grows when one of them would not understand the other any more. */
export const PROTOCOL = 2;

/** The oldest version that this control plane still speaks: the one before its own, so that a fleet can be upgraded node by node. */
export const OLDEST_PROTOCOL = PROTOCOL - 1;

/** The version that an executor speaks. The first one did not say. */
export const ProtocolVersion = z.int().min(1).max(1_000_000).default(1).describe('version of the protocol of executors; omitted: 1');
