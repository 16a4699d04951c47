import type { ClusterNetwork, DesiredNode, KernelObject, ObjectOrigin, ObjectOwner } from '@weft/model';
import type { DesiredVersion } from '@weft/store';
import { contentOf, objectsOfOwner } from './objects-of-owner.ts';
import type { VersionReader } from './version-reader.ts';

/** Where and as of when things are explained. */
export interface Standpoint {
  readonly nodeId: string;
  readonly revision: number;
  /** The nodes of the fleet as of that revision. */
  readonly nodes: readonly DesiredNode[];
}

/** An object that changed so often is not followed further back. */
const CHANGES_MAX = 512;

const NOTHING: ReadonlySet<string> = new Set();

const originOf = ({ revision, change }: DesiredVersion): ObjectOrigin | null => (change === null ? null : { revision, ...change });

/** The contents that a node had to have for an owner when these were its versions, the node's and the cluster's. */
function contents(
  kind: ObjectOwner['kind'],
  versions: readonly (DesiredVersion | null)[],
  nodes: readonly DesiredNode[],
): ReadonlySet<string> {
  const [owner, node, cluster] = versions.map((version) => version?.body ?? null);
  if (owner == null || node == null || cluster == null) return NOTHING;
  const state = { owner, node: node as DesiredNode, cluster: cluster as ClusterNetwork };
  return new Set(objectsOfOwner(kind, state, nodes).map(contentOf));
}

/**
 * The changes that things of one owner came with, by their contents; null: it came before what is kept. It walks back through what changed of the owner, its node and
 * the cluster, for as long as the thing was there all the same. Other nodes are taken as they are: where a service leads does not depend on them.
 */
export async function originsOf(
  reader: VersionReader,
  { nodeId, revision, nodes }: Standpoint,
  owner: ObjectOwner,
  objects: readonly KernelObject[],
): Promise<ReadonlyMap<string, ObjectOrigin | null>> {
  const found = new Map<string, ObjectOrigin | null>();
  let left = new Set(objects.map(contentOf));
  let origin: ObjectOrigin | null = null;
  let until = revision;
  for (let changes = 0; left.size > 0; changes++) {
    const versions = await Promise.all([owner.id, nodeId, 'cluster'].map((id) => reader.at(id, until)));
    const there = changes < CHANGES_MAX ? contents(owner.kind, versions, nodes) : NOTHING;
    for (const content of left) if (!there.has(content)) found.set(content, origin);
    left = new Set([...left].filter((content) => there.has(content)));
    const [newest] = versions.filter((version) => version !== null).sort((a, b) => b.revision - a.revision);
    if (newest === undefined) break;
    origin = originOf(newest);
    until = newest.revision - 1;
  }
  return found;
}
