import { serviceObjects } from '@weft/compiler';
import { LIVE_OBJECTS_MAX } from '@weft/jobs';
import { identityOf } from '@weft/kernel';
import { type DesiredService, type KernelObject, type Node, ProblemError, type Service, type ServiceDataplane } from '@weft/model';
import type { Store } from '@weft/store';
import { EVERYTHING, startingOver } from './ask-live.ts';
import { type NodeKernels, type NodeLook, requireOneState } from './node-kernel.ts';
import { folded, type ServiceOnNode, sideBySide } from './side-by-side.ts';

/** Which nodes. */
export interface ServiceDataplaneQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Name of the only one. */
  readonly node?: string | undefined;
}

/** Nodes that are asked at a time. */
const AT_ONCE = 8;

type OnNode = (nodeId: string) => KernelObject[];

/** What a service comes to on nodes, as of revisions; each is read once. */
function serviceAt(store: Pick<Store, 'past' | 'origins'>, id: string): (revision: number) => Promise<OnNode> {
  const known = new Map<number, Promise<OnNode>>();
  const read = async (revision: number): Promise<OnNode> => {
    // What was never applied is nothing.
    if (revision === 0) return () => [];
    const [fleet, [version]] = await Promise.all([store.origins.nodes(revision), store.past.versionsOf(id, { upTo: revision, limit: 1 })]);
    const service = (version?.body ?? null) as DesiredService | null;
    return (nodeId) => {
      const node = fleet.nodes.find((one) => one.id === nodeId);
      return service === null || node === undefined ? [] : serviceObjects(fleet, node)(service);
    };
  };
  return (revision) => {
    const objects = known.get(revision) ?? read(revision);
    known.set(revision, objects);
    return objects;
  };
}

/** What of these things a node has; null when it does not answer. */
async function liveOn(kernels: NodeKernels, node: Node, identities: readonly string[], signal: AbortSignal): Promise<NodeLook | null> {
  if (node.status.phase === 'Pending') return null;
  const look = async () => {
    const looks: NodeLook[] = [];
    do {
      const from = looks.length * LIVE_OBJECTS_MAX;
      const select = { ...EVERYTHING, identities: identities.slice(from, from + LIVE_OBJECTS_MAX) };
      const last = looks.at(-1);
      const after = last === undefined ? null : { look: last.look, known: 0 };
      looks.push(await kernels.look(node, { select, after, limit: LIVE_OBJECTS_MAX }, signal));
    } while (looks.length * LIVE_OBJECTS_MAX < identities.length);
    requireOneState(looks);
    const [first] = looks;
    return first === undefined ? null : { ...first, objects: looks.flatMap(({ objects }) => objects) };
  };
  try {
    return await startingOver(look);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** Everything a service has in the kernels of nodes. Throws ProblemError. */
export async function serviceDataplane(
  store: Store,
  kernels: NodeKernels,
  service: Service,
  { limit, cursor = undefined, node: name }: ServiceDataplaneQuery,
  signal: AbortSignal,
): Promise<ServiceDataplane> {
  const at = serviceAt(store, service.id);
  const { revision } = await store.history.position();
  const { items, nextCursor } = await store.nodes.list({ limit, cursor: cursor ?? null, ...(name !== undefined && { name }) });
  const desired = await at(revision);
  const queue = [...items];
  const found: ServiceOnNode[] = [];
  const ask = async () => {
    for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
      const said = (await at(node.status.appliedRevision))(node.id);
      const identities = new Set([...desired(node.id), ...said].map(identityOf));
      const look = await liveOn(kernels, node, [...identities], signal);
      const applied = look === null ? said : (await at(look.revision))(node.id);
      found.push({ node: node.name, backend: node.backend, desired: desired(node.id), applied, live: look?.objects ?? null });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  const groups = folded(found.sort((a, b) => (a.node < b.node ? -1 : 1)).map(sideBySide));
  const { id, namespace, name: serviceName } = service;
  return { service: { kind: 'service', id, namespace, name: serviceName }, revision, groups, nextCursor };
}
