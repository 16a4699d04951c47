import type { Tables } from '../database/database.ts';
import type { EndpointDifference } from '../endpoints/derived.ts';
import { differencesOfNode } from '../endpoints/of-node.ts';
import type { NodeModel } from '../generated/models.ts';

/**
 * What it means for the endpoints on a node that it is not to be emptied any more: those of pods that were not asked to go take connections again. A pod that was asked goes all the
 * same, as any does. The caller holds the node with its endpoints.
 */
export async function drainEnd(tables: Tables, { id, drain, withdrawn }: NodeModel): Promise<EndpointDifference[]> {
  return drain === null ? [] : differencesOfNode(tables, id, withdrawn ? 'NodeNotReady' : null);
}
