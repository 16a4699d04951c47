import { type DesiredState, stateChecksum } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { found } from '../read/not-found.ts';
import { fleetAt } from './fleet-at.ts';

/** What a node had to make true as of a revision. Throws ProblemError Expired, BadRequest, NotFound. */
export async function desiredAt(
  tables: Tables,
  nodeId: string,
  revision: number,
): Promise<{ readonly state: DesiredState; readonly checksum: string }> {
  const fleet = await fleetAt(tables, revision, nodeId);
  found(
    fleet.nodes.find(({ id }) => id === nodeId),
    'node',
    nodeId,
  );
  const state = { ...fleet, pods: fleet.pods.map(({ pod }) => pod) };
  return { state, checksum: stateChecksum(state) };
}
