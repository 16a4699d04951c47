import type { TraceSighting } from '@weft/jobs';
import { passed } from '@weft/kernel';

/** A packet as it was seen at one hook. */
export type SeenPacket = Extract<TraceSighting['way']['events'][number], { what: 'packet' }>['packet'];

/** A packet that crossed a node. */
export interface SeenOn {
  readonly node: string;
  readonly sighting: TraceSighting;
}

/** Most nodes that a packet crosses. */
const HOPS_MAX = 8;

/** The packet at each hook that it was seen at, in order. */
export const packetsOf = ({ way }: TraceSighting): SeenPacket[] =>
  way.events.flatMap((event) => (event.what === 'packet' ? [event.packet] : []));

const tupleOf = ({ source, sourcePort, destination, destinationPort }: SeenPacket) =>
  `${source}:${sourcePort} ${destination}:${destinationPort}`;

/** How a packet came to a node, and how it was last seen there. */
export function ends(sighting: TraceSighting): { readonly came: SeenPacket; readonly left: SeenPacket } {
  const packets = packetsOf(sighting);
  const [came] = packets;
  const left = packets.at(-1);
  if (came === undefined || left === undefined) throw new Error('a sighting without a packet');
  return { came, left };
}

/** The rule or policy by which a packet went no further; null: it went on. */
export function droppedBy({ way }: TraceSighting) {
  const last = way.events.findLast((event) => event.what !== 'packet');
  return last !== undefined && last.verdict === 'drop' ? last : null;
}

/** What keeps packets without nft saying so. */
const UNTOLD = 'rules of iptables-legacy, IPVS, or the reverse path filter';

/** Why a packet that was routed, and that no rule dropped as far as is told, went no further; null: it went on. */
export function keptBy(sighting: TraceSighting): string | null {
  const goesOn = passed(sighting.way) || !sighting.lookUps.route.found || droppedBy(sighting) !== null;
  if (goesOn) return null;
  return sighting.reason === null ? `kept by nothing that the kernel tells of: ${UNTOLD}` : `dropped by the kernel: ${sighting.reason}`;
}

/** The way of a packet that was first seen so: from node to node, each of which has it come as the one before has let it go. */
export function wayOf(first: SeenOn, all: readonly SeenOn[]): SeenOn[] {
  const way = [first];
  for (let last: SeenOn | undefined = first; last !== undefined && way.length < HOPS_MAX; ) {
    const here: SeenOn = last;
    const tuple = tupleOf(ends(here.sighting).left);
    last = all.find((one) => !way.includes(one) && one.node !== here.node && tupleOf(ends(one.sighting).came) === tuple);
    if (last !== undefined) way.push(last);
  }
  return way;
}
