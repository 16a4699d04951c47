import { contains, type KernelObject, type ObjectOwner, type ReachabilityObject } from '@weft/model';
import type { SeenPacket } from './correlate.ts';

/** What a node is to have of what a packet can meet, and whom it is for. */
export interface KnownNode {
  readonly objects: readonly KernelObject[];
  ownersOf(object: KernelObject): readonly ObjectOwner[];
}

/** Nothing is known of the node: whatever it has is somebody's. */
export const UNKNOWN_NODE: KnownNode = { objects: [], ownersOf: () => [] };

/** Tables of iptables-nft, which nft shows in words of its own. */
const IPTABLES = /^ip (raw|mangle|nat|filter|security)$/;

/** Elements of one set or map that are told. */
const ELEMENTS_MAX = 4;

const owned = (node: KnownNode, object: KernelObject): ReachabilityObject => ({ ...object, owners: [...node.ownersOf(object)] });

/** A rule as nft prints it, without what it has counted. */
export const uncounted = (text: string) => text.replace(/counter packets \d+ bytes \d+ ?/, '').trim();

/** The chain of ours that a rule of a built-in chain leads to. */
const leadsTo = (text: string): string | null => /\b(?:jump|goto) (WEFT-\S+)/.exec(text)?.[1] ?? null;

/** A rule as it was told of: ours, of whoever its chain or the jump to that is for where it is one of iptables, or somebody else's, which is nobody's. */
function ruleAt(node: KnownNode, table: string, chain: string, text: string): ReachabilityObject {
  const [, iptables] = IPTABLES.exec(table) ?? [];
  if (iptables === undefined) {
    const place = `table ${table} chain ${chain}`;
    const known = node.objects.find((one) => one.kind === 'nft-rule' && one.place === place && uncounted(one.text) === uncounted(text));
    return known === undefined ? { kind: 'nft-rule', place, key: text, text, owners: [] } : owned(node, known);
  }
  const place = `table ${iptables}`;
  const rule = { kind: 'iptables-rule', place: `${place} chain ${chain}`, key: text, text } as const;
  const target = leadsTo(text);
  const known =
    node.objects.find((one) => one.kind === 'iptables-chain' && one.place === place && one.key === chain) ??
    node.objects.find((one) => one.kind === 'iptables-jump' && one.place === rule.place && target !== null && one.text.includes(target));
  return { ...rule, owners: known === undefined ? [] : [...node.ownersOf(known)] };
}

/** What the keys of elements that a packet can match begin with. */
function keysOf({ source, destination, protocol, destinationPort }: SeenPacket): string[] {
  const port = `${protocol} . ${destinationPort}`;
  return [`${destination} . ${port}`, port, `${source} . ${destination}`, destination, source];
}

/** The elements of the sets and maps of a rule that a packet matched: of those that lead somewhere, the ones that led to where it went. */
function elementsOf(node: KnownNode, rule: KernelObject, packet: SeenPacket, became: SeenPacket): ReachabilityObject[] {
  const table = rule.place.replace(/ chain .*$/, '');
  const keys = keysOf(packet);
  return [...rule.text.matchAll(/@([\w-]+)/g)].flatMap(([, name]) => {
    const places = [`${table} set ${name}`, `${table} map ${name}`];
    const matching = node.objects.filter(
      ({ kind, place, key }) =>
        kind === 'nft-element' && places.includes(place) && keys.some((one) => key === one || key.startsWith(`${one} `)),
    );
    const led = matching.filter(({ text }) => text.endsWith(`: ${became.destination} . ${became.destinationPort}`));
    return (led.length > 0 ? led : matching).slice(0, ELEMENTS_MAX).map((element) => owned(node, element));
  });
}

/** A rule that a packet matched, with the elements by which it did; `became`: the packet as it was next seen. */
export function ruleBehind(
  node: KnownNode,
  rule: { table: string; chain: string; rule: string },
  packet: SeenPacket,
  became: SeenPacket,
): ReachabilityObject[] {
  const found = ruleAt(node, rule.table, rule.chain, rule.rule);
  return [found, ...elementsOf(node, found, packet, became)];
}

/** The objects of ours among these kinds that say where an address is. */
export function wayBehind(node: KnownNode, kind: 'route' | 'neighbour' | 'fdb', matches: (key: string) => boolean): ReachabilityObject[] {
  const found = node.objects.filter((one) => one.kind === kind && one.place === 'host' && matches(one.key));
  return found.slice(0, 1).map((one) => owned(node, one));
}

/** True for a route whose destination has an address. */
export const routeHas = (ip: string) => (key: string) => {
  const range = key.split(' ').at(-1) ?? '';
  return range.includes('/') && contains(range, ip);
};
