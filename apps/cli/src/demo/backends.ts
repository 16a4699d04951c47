import { Backend } from '@weft/model';
import type { Node } from '../api/fleet-api.ts';

/**
 * The service backends that every node says its kernel and tools can run, first the one that the nodes begin with. Ipvs is last in the model's order, and so here: what
 * has connections of it keeps it for minutes.
 */
export function backendsOf(nodes: readonly Pick<Node, 'backend' | 'status'>[]): string[] {
  const common = Backend.options.filter((backend) => nodes.every(({ status }) => status.capabilities?.backends.includes(backend)));
  const [first] = nodes;
  return [...common.filter((backend) => backend === first?.backend), ...common.filter((backend) => backend !== first?.backend)];
}
