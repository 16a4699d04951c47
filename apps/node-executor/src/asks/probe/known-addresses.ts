import { contains, type DesiredState } from '@weft/model';

/** What of a state says which addresses are the fleet's. */
export interface KnownFleet {
  readonly cluster: Pick<DesiredState['cluster'], 'podCidrs' | 'serviceCidrs'>;
  readonly nodes: readonly Pick<DesiredState['nodes'][number], 'address'>[];
}

/**
 * Whether an address belongs to the fleet as this node knows it: a pod's or service's, or a node's own. Nobody can have a node connect to anything else by asking it,
 * whoever writes into its queue.
 */
export function isOfFleet({ cluster, nodes }: KnownFleet, ip: string): boolean {
  const ranges = [...cluster.podCidrs, ...cluster.serviceCidrs];
  return ranges.some((range) => contains(range, ip)) || nodes.some(({ address }) => address?.split('/')[0] === ip);
}
