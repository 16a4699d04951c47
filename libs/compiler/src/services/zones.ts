import type { DesiredNode, DesiredService } from '@weft/model';

type Zoned = Pick<DesiredNode, 'id' | 'zone'>;

/** Ids of nodes that are in another zone than before, or in one now, or in none any more: services that prefer near endpoints may lead elsewhere. */
export function rezonedNodes(before: readonly Zoned[], after: readonly Zoned[]): ReadonlySet<string> {
  const zones = (nodes: readonly Zoned[]) => new Map(nodes.map(({ id, zone }) => [id, zone]));
  const [was, is] = [zones(before), zones(after)];
  const ids = new Set([...was.keys(), ...is.keys()]);
  return new Set([...ids].filter((id) => (was.get(id) ?? null) !== (is.get(id) ?? null)));
}

/** True for a service that may lead elsewhere because these nodes are in other zones. */
export function mindsZones(service: DesiredService, nodes: ReadonlySet<string>): boolean {
  if (service.trafficDistribution === null || nodes.size === 0) return false;
  return service.ports.some(({ endpoints }) => endpoints.some(({ node }) => node !== null && nodes.has(node)));
}
