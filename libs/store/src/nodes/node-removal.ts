import { ProblemError } from '@weft/model';
import { quarantineBlocks } from '../addresses/release.ts';
import type { Prepare, Version } from '../commit/change.ts';
import { requireMatch } from '../commit/match.ts';
import type { Tables } from '../database/database.ts';
import { differencesOfPods, type EndpointDifference } from '../endpoints/derived.ts';
import { lockNodeWithEndpoints } from '../endpoints/of-node.ts';
import { writeDifferences } from '../endpoints/stamp-services.ts';
import type { NodeModel } from '../generated/models.ts';
import { type PodRow, podNode, podVersion } from '../pods/pod-row.ts';
import type { Match } from '../request-context.ts';
import { aboutNode, nodeVersion, type StoredNode, storedNode } from './node-row.ts';

/** What stands on a node and goes with it. */
interface Held {
  readonly pods: readonly PodRow[];
  readonly differences: readonly EndpointDifference[];
  readonly byHand: number;
}

async function heldBy(tables: Tables, nodeId: string): Promise<Held> {
  const pods = await tables.pod.findMany({ where: { nodeId }, include: podNode, orderBy: { id: 'asc' } });
  const byHand = await tables.endpoint.findMany({ where: { nodeId, podId: null }, include: { service: true }, orderBy: { id: 'asc' } });
  const ofHand = [...Map.groupBy(byHand, (endpoint) => endpoint.serviceId).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ service: first.service, added: [], removed: [first, ...others], changed: [] }],
  );
  const ofPods = await differencesOfPods(tables, [], { gone: pods.map((pod) => pod.id) });
  return { pods, differences: [...ofPods, ...ofHand], byHand: byHand.length };
}

function requireEmpty({ name }: NodeModel, { pods, byHand }: Held): void {
  if (pods.length + byHand > 0)
    throw new ProblemError(
      'InUse',
      `node ${name} holds ${pods.length} pods and ${byHand} endpoints managed by hand: drain it first, or give up all of them with force=true`,
    );
}

/** Remembers the credentials of a node that goes, revoked ones too: whoever comes with one of them is told that it was removed, and not that nobody knows it. */
async function rememberCredentials(tables: Tables, { id, name }: NodeModel, at: Date): Promise<void> {
  await tables.$executeRaw`
    INSERT INTO removed_credential (sha256, node_id, node_name, removed_at)
    SELECT sha256, ${id}, ${name}, ${at}::timestamptz FROM token WHERE node_id = ${id} ON CONFLICT DO NOTHING`;
}

/**
 * The end of a node: one that holds nothing, or (`force`) with all it holds, for a host that does not come back. Its blocks are kept back until every other node has forgotten the way
 * to them. Throws ProblemError InUse.
 */
export function nodeRemoval(id: string, match: Match, force: boolean): Prepare<StoredNode> {
  return async (tables) => {
    const row = await lockNodeWithEndpoints(tables, id, 'UPDATE');
    await requireMatch(tables, match, row.generation);
    const held = await heldBy(tables, id);
    if (!force) requireEmpty(row, held);
    const object = storedNode(row);
    return {
      about: aboutNode(row),
      concerns: 'all',
      status: 200,
      write: async (stamp) => {
        const versions: Version[] = await writeDifferences(tables, stamp, held.differences);
        await tables.pod.deleteMany({ where: { nodeId: id } });
        await quarantineBlocks(tables, stamp, id);
        await rememberCredentials(tables, row, stamp.at);
        await tables.node.delete({ where: { id } });
        versions.push(...held.pods.map((pod) => podVersion('DELETED', pod)), nodeVersion('DELETED', row));
        const pods = held.pods.map(({ namespace, name, ip }) => ({ namespace, name, ip }));
        return { object, before: pods.length === 0 ? object : { ...object, pods }, after: null, versions };
      },
    };
  };
}
