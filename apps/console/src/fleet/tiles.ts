import type { Node, Pod, Service } from '../api.ts';
import { isBehind } from './behind.ts';

/** What a tile shows of a node. */
export interface Tile {
  readonly id: string;
  readonly name: string;
  readonly phase: string;
  /** How many revisions it is behind what it should have applied. */
  readonly behind: number;
  /** One mark for each pod, `●` for one that is ready, as many as there is room for. */
  readonly pods: string;
  readonly podCount: number;
  /** How far the chosen service has come there; null when none is chosen. */
  readonly service: 'applied' | 'waiting' | null;
  /** Pods there that are behind the chosen service. */
  readonly chosen: number;
}

const MARKS_MAX = 20;

const markOf = ({ status }: Pod) => (status.ready ? '●' : '○');

function tileOf(node: Node, pods: readonly Pod[], service: Service | null): Tile {
  const { id, name, status } = node;
  const more = pods.length > MARKS_MAX ? '…' : '';
  return {
    id,
    name,
    phase: status.phase,
    behind: Math.max(0, status.desiredRevision - status.appliedRevision),
    pods: `${pods.slice(0, MARKS_MAX).map(markOf).join('')}${more}`,
    podCount: pods.length,
    service: service === null ? null : status.appliedRevision >= service.revision ? 'applied' : 'waiting',
    chosen: service === null ? 0 : pods.filter((pod) => isBehind(pod, service)).length,
  };
}

/** A tile for each node. */
export function tilesOf(nodes: readonly Node[], pods: readonly Pod[], service: Service | null): Tile[] {
  const byNode = Map.groupBy(pods, ({ node }) => node);
  return nodes.map((node) => tileOf(node, byNode.get(node.name) ?? [], service));
}
