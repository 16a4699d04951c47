import { parseIpJson } from '@weft/kernel';
import type { NodeFacts } from '@weft/model';
import type { Runner } from '../real/runner.ts';

/** The node's address cannot be found out. */
export class NodeAddressError extends Error {
  override readonly name = 'NodeAddressError';
}

interface LinkJson {
  readonly ifname: string;
  readonly mtu: number;
  readonly addr_info: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

type NodeAddress = Pick<NodeFacts, 'address' | 'mtu'>;

const SAY_WHICH = 'set WEFT_NODE_ADDRESS to the address and prefix length that other nodes reach this node at, such as 192.0.2.5/24';

function find(links: readonly LinkJson[], ip: string): NodeAddress | null {
  for (const { mtu, addr_info } of links) {
    const found = addr_info.find(({ family, local }) => family === 'inet' && local === ip);
    if (found !== undefined) return { address: `${found.local}/${found.prefixlen}`, mtu };
  }
  return null;
}

/**
 * The node's address and the MTU in bytes of the link that carries it. `fixed` is an address of the host with its prefix length; without it, the source address
 * that the host would use towards `peer`, an IPv4 address. Throws NodeAddressError, which says what to do.
 */
export async function findNodeAddress(runner: Runner, fixed: string | null, peer: string): Promise<NodeAddress> {
  const links = parseIpJson<LinkJson>(await runner.read(['ip', '-j', '-4', 'address', 'show']));
  if (fixed !== null) {
    const found = find(links, fixed.split('/')[0] ?? fixed);
    if (found === null) throw new NodeAddressError(`no link of this host has the address ${fixed}; ${SAY_WHICH}`);
    return { ...found, address: fixed };
  }
  const asked = await runner.run(['ip', '-j', 'route', 'get', peer]);
  if (asked.exitCode !== 0) throw new NodeAddressError(`this host has no route to ${peer}; ${SAY_WHICH}`);
  const [route] = parseIpJson<{ readonly prefsrc?: string; readonly dev?: string }>(asked.stdout);
  const found = route?.prefsrc === undefined || route.dev === 'lo' ? null : find(links, route.prefsrc);
  if (found === null)
    throw new NodeAddressError(`the way to ${peer} does not leave this host, so it does not tell the node's address; ${SAY_WHICH}`);
  return found;
}
