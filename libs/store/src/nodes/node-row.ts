import type {
  Backend,
  Condition,
  DrainStatus,
  DriftPolicy,
  Id,
  Labels,
  Node,
  NodeFacts,
  NodePortAddress,
  Overlay,
  PodLink,
} from '@weft/model';
import type { Version } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { drainingNodes, drainStatus } from '../drain/drain-status.ts';
import { type NodeStanding, phaseOf, standings } from '../fleet/fleet.ts';
import type { NodeModel } from '../generated/models.ts';
import { credentialEnds } from '../joining/credential-ends.ts';
import { systemFields } from '../read/system-fields.ts';
import { type Handling, handlingConditions } from './handling-conditions.ts';
import { keptCondition } from './kept-condition.ts';
import { problemsOf } from './node-problems.ts';

/** A node as it is stored: without what its executor says all the time. */
export type StoredNode = Omit<Node, 'status'>;

export function storedNode(row: NodeModel): StoredNode {
  return {
    id: row.id as Id<'node'>,
    name: row.name,
    labels: row.labels as Labels,
    zone: row.zone,
    backend: row.backend as Backend,
    podLink: row.podLink as PodLink,
    overlay: row.overlay as Overlay | null,
    nodePortAddresses: row.nodePortAddresses as NodePortAddress[],
    strictArp: row.strictArp,
    cordoned: row.cordoned,
    frozen: row.frozen,
    driftPolicy: row.driftPolicy as DriftPolicy,
    address: row.address,
    podBlocks: row.podBlocks,
    ...systemFields(row),
  };
}

export function nodeVersion(type: Version['type'], row: NodeModel): Version {
  const object = storedNode(row);
  return { kind: 'node', type, id: row.id, namespace: null, nodeId: row.id, dataplaneRevision: Number(row.dataplaneRevision), object };
}

export function aboutNode({ id, name }: { readonly id: string; readonly name: string }) {
  return { kind: 'node', id, namespace: null, name };
}

/** What executors have said last, by node id. */
export interface LiveNode {
  readonly standing: NodeStanding;
  readonly configHash: string | null;
  readonly facts: NodeFacts | null;
  /** Null: none is alive any more; undefined: it never had one. */
  readonly credentialEnds: Date | null | undefined;
  readonly drain: DrainStatus | null;
  readonly lastSeenAt: Date | null;
  readonly handling: Handling;
}

/** Reads what executors have said last: of these nodes. */
export async function liveNodes(tables: Tables, ids: readonly string[]): Promise<ReadonlyMap<string, LiveNode>> {
  const all = await standings(tables);
  const drains = new Map((await drainingNodes(tables)).map((node) => [node.id, drainStatus(node, all)]));
  const fleet = new Map(all.map((standing) => [standing.id, standing]));
  const states = await tables.nodeState.findMany({ where: { nodeId: { in: [...ids] } } });
  const ends = await credentialEnds(tables, ids);
  return new Map(
    states.flatMap(({ nodeId, configHash, facts, lastSeenAt, frozen, drifts, driftedAt }) => {
      const standing = fleet.get(nodeId);
      return standing
        ? [
            [
              nodeId,
              {
                standing,
                configHash,
                facts: facts as NodeFacts | null,
                credentialEnds: ends.get(nodeId),
                lastSeenAt,
                handling: { frozen, drifts, driftedAt },
                drain: drains.get(nodeId) ?? null,
              },
            ] as const,
          ]
        : [];
    }),
  );
}

const MESSAGES: Record<Node['status']['phase'], string> = {
  PendingApproval: 'it joined and waits for approval: POST /nodes/{id}/approve',
  Pending: 'no executor has spoken for it yet',
  Ready: 'it has applied everything it should',
  Lagging: 'it has not applied everything yet',
  Failed: 'its last apply failed',
  Frozen: 'it applies nothing before it is unfrozen',
  NotReady: 'nothing is heard of it',
};

/** What the condition Ready says in words. */
function messageOf(phase: Node['status']['phase'], { failure, seenAt }: LiveNode['standing']): string {
  if (phase === 'Failed' && failure) return failure.message;
  if (phase === 'NotReady' && seenAt) return `${MESSAGES.NotReady} since ${seenAt.toISOString()}`;
  return MESSAGES[phase];
}

function conditionsOf(stored: StoredNode, live: LiveNode, phase: Node['status']['phase']): Condition[] {
  const { failure } = live.standing;
  const since = (live.standing.lostAt ?? live.standing.seenAt ?? new Date(stored.createdAt)).toISOString();
  const ready: Condition = {
    type: 'Ready',
    status: phase === 'Ready' ? 'True' : phase === 'NotReady' || phase === 'Pending' || phase === 'PendingApproval' ? 'Unknown' : 'False',
    reason: phase === 'Failed' && failure ? failure.code : phase,
    message: messageOf(phase, live.standing),
    observedGeneration: stored.generation,
    lastTransitionTime: since,
  };
  const problems = problemsOf(stored, live).map(
    ({ code, message }): Condition => ({
      type: code,
      status: 'True',
      reason: code,
      message,
      observedGeneration: stored.generation,
      lastTransitionTime: since,
    }),
  );
  return [ready, ...keptCondition(live.standing, stored.generation), ...handlingConditions(stored, live), ...problems];
}

const GONE: Node['status'] = {
  phase: 'NotReady',
  conditions: [],
  desiredRevision: 0,
  appliedRevision: 0,
  configHash: null,
  capabilities: null,
  lastSeenAt: null,
  credentialExpiresAt: null,
  drain: null,
};

/** A node as the API shows it. One that is deleted has nothing to say any more. */
export function nodeOf(stored: StoredNode, live: LiveNode | undefined): Node {
  if (live === undefined) return { ...stored, status: GONE };
  const phase = phaseOf(live.standing);
  return {
    ...stored,
    status: {
      phase,
      conditions: conditionsOf(stored, live, phase),
      desiredRevision: live.standing.desiredRevision,
      appliedRevision: live.standing.appliedRevision,
      configHash: live.configHash,
      capabilities: live.facts,
      lastSeenAt: live.standing.seenAt?.toISOString() ?? null,
      credentialExpiresAt: live.credentialEnds?.toISOString() ?? null,
      drain: live.drain,
    },
  };
}

/** Stored nodes as the API shows them. */
export async function presentNodes(tables: Tables, stored: readonly StoredNode[]): Promise<Node[]> {
  const live = await liveNodes(
    tables,
    stored.map((node) => node.id),
  );
  return stored.map((node) => nodeOf(node, live.get(node.id)));
}
