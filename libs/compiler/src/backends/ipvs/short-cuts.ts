import { shortHash } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';

/**
 * The mark that leads the packets of pods and of the node to all endpoints of a port by external ways, whose packets from outside only reach this node's: IPVS
 * looks for a service by mark first, and does not see sources. `mask` is what all these marks have in common.
 */
export interface ShortCuts {
  readonly marks: ReadonlyMap<ServicePort, number>;
  readonly mask: { readonly value: number; readonly bits: number };
}

const PREFIX = 0x57;
const HASH_BITS = 24;

/** True when a port leads pods and the node elsewhere by external ways than clients outside. */
function hasShortCut({ keepsSource, shortcut, external, externalIPs, loadBalancerIPs, nodePort }: ServicePort): boolean {
  const reached = nodePort !== null || externalIPs.length > 0 || loadBalancerIPs.length > 0;
  const text = ({ endpoints }: ServicePort['external']) => endpoints.map(({ ip, port }) => `${ip}:${port}`).join();
  return reached && keepsSource && shortcut.verdict === 'balance' && text(shortcut) !== text(external);
}

/**
 * A mark for each port that needs one, by a hash of what it is for; where two hashes meet, the later port takes the next free one. Marks of UDP ports are odd
 * (see carriesDatagrams), and no mark holds the bit that masquerading uses.
 */
export function shortCutsOf(ports: readonly ServicePort[], masqueradeMark: number): ShortCuts {
  const value = (PREFIX << HASH_BITS) & ~masqueradeMark;
  const room = (2 ** HASH_BITS - 1) & ~masqueradeMark;
  const taken = new Set<number>();
  const marks = new Map<ServicePort, number>();
  for (const port of ports.filter(hasShortCut)) {
    const kind = port.protocol === 'udp' ? 1 : 0;
    let hash = Number.parseInt(shortHash(`${port.serviceId} ${port.protocol} ${port.port}`, HASH_BITS / 4), 16);
    const mark = () => value | (hash & room & ~1) | kind;
    while (taken.has(mark())) hash += 2;
    taken.add(mark());
    marks.set(port, mark());
  }
  return { marks, mask: { value, bits: ((2 ** 31 - 1) ^ (2 ** HASH_BITS - 1)) & ~masqueradeMark } };
}
