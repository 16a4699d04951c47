import { lookup } from 'node:dns/promises';
import { fileURLToPath } from 'node:url';
import { hostProbe, type PacketTracing, RealHost, realTracing } from '@weft/host';
import type { ClusterNetwork, NodeFacts } from '@weft/model';
import manifest from '../../package.json' with { type: 'json' };
import { type Failure, failure } from '../failure.ts';

/** The host this process runs on. The echo server lies beside the bundle this code ends up in. */
export function openHost(): RealHost {
  return new RealHost({ workloadScript: fileURLToPath(new URL('echo-server.mjs', import.meta.url)) });
}

/** What follows packets on this host. The program that sends them lies beside the bundle too. */
export function openTracing(): PacketTracing {
  return realTracing({ sendScript: fileURLToPath(new URL('send-packet.mjs', import.meta.url)) });
}

const probe = hostProbe();

/** The IPv4 address that the control plane is reached at. Throws the resolver's error. */
export const controlPlaneAddress = async (url: string): Promise<string> => (await lookup(new URL(url).hostname, 4)).address;

/** The address of a host without its prefix length. */
export const addressOf = ({ address }: Pick<NodeFacts, 'address'>): string => address.slice(0, address.indexOf('/'));

/**
 * What this host is and can do. `nodeAddress` null: the address of the link that reaches the control plane. Throws NodeAddressError, or the resolver's
 * error when the control plane's name is unknown.
 */
export async function findFacts(nodeAddress: string | null, controlPlaneUrl: string): Promise<NodeFacts> {
  const peer = await controlPlaneAddress(controlPlaneUrl);
  const [address, facts] = await Promise.all([probe.nodeAddress(nodeAddress, peer), probe.facts()]);
  return { ...address, ...facts, executorVersion: manifest.version };
}

/** What on this host overlaps with the fleet's ranges. */
export const findPoolConflicts = (ranges: Pick<ClusterNetwork, 'podCidrs' | 'serviceCidrs'>) => probe.poolConflicts(ranges);

/** Who on this host has the port of the fleet's tunnels. */
export const findTunnelPortConflicts = (port: number) => probe.tunnelPortConflicts(port);

/** Why the fleet's ranges cannot be used on this host: something else on it has addresses or routes in them. Null: they can. */
export async function findPoolConflict(cluster: ClusterNetwork): Promise<Failure | null> {
  const [first, ...more] = await probe.poolConflicts(cluster);
  return first === undefined ? null : failure(first.code, [first, ...more].map(({ message }) => message).join('; '));
}
