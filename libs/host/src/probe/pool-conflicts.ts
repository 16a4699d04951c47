import { ROUTE_PROTOCOL } from '@weft/kernel';
import { type ClusterNetwork, isOurLink, networkOf, overlaps } from '@weft/model';
import type { HostProblem } from './problem.ts';

/** A route as `ip -j route show table all` prints it. */
export interface AnyRouteJson {
  readonly type?: string;
  readonly dst: string;
  readonly dev?: string;
  readonly protocol?: string;
}

/** A link as `ip -j address show` prints it. */
export interface AnyAddressJson {
  readonly ifname: string;
  readonly addr_info?: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

type Ranges = Pick<ClusterNetwork, 'podCidrs' | 'serviceCidrs'>;

const IPV4 = /^[\d.]+(\/\d+)?$/;

const overlapping = (ranges: readonly string[], range: string) => ranges.filter((other) => overlaps(other, range));

/**
 * Foreign routes and addresses that overlap with the fleet's ranges: the same destination would mean two things on this host. A default route
 * does not count, any other does, wider ones too: who set it up expects to reach something there.
 */
export function poolConflicts(cluster: Ranges, routes: readonly AnyRouteJson[], links: readonly AnyAddressJson[]): HostProblem[] {
  const kinds = [
    { what: 'pod', ranges: cluster.podCidrs },
    { what: 'service', ranges: cluster.serviceCidrs },
  ];
  const taken = [
    ...routes
      .filter(({ type = 'unicast', protocol, dev }) => type === 'unicast' && protocol !== String(ROUTE_PROTOCOL) && !isOurLink(dev ?? ''))
      .filter(({ dst }) => IPV4.test(dst))
      .map(({ dst, dev }) => ({ range: dst.includes('/') ? dst : `${dst}/32`, where: `the route ${dst} on ${dev ?? 'no link'}` })),
    ...links
      .filter(({ ifname }) => !isOurLink(ifname))
      .flatMap(({ ifname, addr_info = [] }) => addr_info.map((address) => ({ ...address, ifname })))
      .filter(({ family }) => family === 'inet')
      .map(({ ifname, local, prefixlen }) => ({ range: networkOf(`${local}/${prefixlen}`), where: `the address ${local} on ${ifname}` })),
  ];
  return kinds.flatMap(({ what, ranges }) =>
    taken.flatMap(({ range, where }) =>
      overlapping(ranges, range).map((pool) => ({
        code: 'PoolConflict',
        message: `the ${what} range ${pool} overlaps with ${where} of this host; remove that or choose other ranges for the fleet`,
      })),
    ),
  );
}
