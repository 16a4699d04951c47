import { z } from 'zod';

/** Name of the queue, one per node, that wakes the node's executor. */
export const RECONCILE_QUEUE = 'reconcile';

/**
 * What a `reconcile` job carries: the revision the node should reach. It decides nothing (the node pulls whatever is newest), so a lost,
 * repeated or late job costs time and never state.
 */
export const ReconcileHint = z.strictObject({ revision: z.int().min(0) });
export type ReconcileHint = z.infer<typeof ReconcileHint>;

/**
 * Prefix of a node's keys. The braces are Redis Cluster's hash tag: all keys of one node live in one slot, and an ACL can give a node
 * exactly `~{weft:<node>}:*`.
 */
export function nodeKeyPrefix(nodeName: string): string {
  return `{weft:${nodeName}}`;
}
