import { contains, type DesiredPull } from '@weft/model';

/** What a pull says of addresses: as much of it as can take one away from this host. */
export type Claims = Pick<DesiredPull, 'cluster' | 'nodes' | 'pods' | 'services'>;

interface Claim {
  readonly by: string;
  /** An address or a range. */
  readonly range: string;
}

function* claims({ cluster, nodes, pods, services }: Claims): Generator<Claim> {
  for (const range of cluster.podCidrs) yield { by: 'the pod range', range };
  for (const range of cluster.serviceCidrs) yield { by: 'the service range', range };
  for (const { id, podBlocks } of nodes) for (const range of podBlocks) yield { by: `the pods of node ${id}`, range };
  for (const { id, ip } of pods) yield { by: `pod ${id}`, range: ip };
  for (const { namespace, name, clusterIP, externalIPs, loadBalancerIPs } of services)
    for (const range of [clusterIP, ...externalIPs, ...loadBalancerIPs]) yield { by: `service ${namespace}/${name}`, range };
}

/**
 * Why a state must not be made true on this host whoever asks for it: it gives an address to pods or services that this host is managed by (its own, and the control
 * plane's), and the host could not be reached or told otherwise any more. Null: it does not. Looks only at what a pull brings, so a change costs what it changes.
 */
export function managementConflict(pull: Claims, guarded: readonly string[]): string | null {
  if (guarded.length === 0) return null;
  const own = new Set(guarded);
  for (const { by, range } of claims(pull)) {
    const taken = range.includes('/') ? guarded.find((address) => contains(range, address)) : own.has(range) ? range : undefined;
    if (taken !== undefined) return `${by} would take ${taken}, which this host is managed by`;
  }
  return null;
}
