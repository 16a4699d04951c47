import type { DriftEvent, Explanation, KernelKind, KernelObject } from '@weft/model';

type Change = DriftEvent['changes'][number];

/** The chain, set or map that something stands in, and its table, from its place. */
const NFT_PLACE = /^(table \S+ \S+)(?: (chain|set|map) (\S+))?$/;
const IPTABLES_PLACE = /^table (\S+)(?: chain (\S+))?$/;

/** What a drift event calls things that are named as a whole: what is in them is meant as well. */
const WHOLES: Readonly<Record<'nft' | 'iptables' | 'ipset' | 'ipvs', (object: KernelObject) => readonly string[]>> = {
  nft({ kind, place, key }) {
    const [, table = key, what = kind.slice('nft-'.length), name = key] = NFT_PLACE.exec(place) ?? [];
    return [table, `${what} ${name}`];
  },
  iptables({ place, key }) {
    const [, table, chain = key] = IPTABLES_PLACE.exec(place) ?? [];
    return [`chain ${chain} of table ${table}`];
  },
  ipset: ({ kind, place, key }) => [kind === 'ipset' ? `ipset ${key}` : place],
  ipvs: ({ kind, place, key }) => [kind === 'ipvs-service' ? `ipvs ${key}` : place],
};

/** What it calls parts of them, which are told apart by their text. */
const PARTS: Readonly<Partial<Record<KernelKind, (object: KernelObject) => string>>> = {
  'nft-rule': ({ place }) => `rule of ${place.replace(NFT_PLACE, '$2 $3')}`,
  'nft-element': ({ place }) => `element of ${place.replace(NFT_PLACE, '$2 $3')}`,
  'iptables-rule': ({ place }) => `rule of ${place.replace(IPTABLES_PLACE, 'chain $2 of table $1')}`,
  'iptables-jump': () => 'jump to our chains',
};

/** A thing of the network, which has its key behind the namespace that it is in. */
const networkName = ({ kind, place, key }: KernelObject) => `${kind} ${place.replace(/^(host|netns )/, '')} ${key}`.replace(/ +/g, ' ');

function isAbout(object: KernelObject, change: Change): boolean {
  const [family = ''] = object.kind.split('-');
  if (change.kind !== family) return false;
  if (!(family in WHOLES)) return change.object === networkName(object);
  if (WHOLES[family as keyof typeof WHOLES](object).includes(change.object)) return true;
  const texts = [change.wanted, change.found];
  return change.object === PARTS[object.kind]?.(object) && texts.some((text) => text === object.text || text?.endsWith(` ${object.text}`));
}

/** What of the events was about a thing, as it is or as it should be; in their order. */
export function driftOf(forms: readonly KernelObject[], events: readonly DriftEvent[]): Explanation['drift'] {
  return events
    .filter(({ changes }) => changes.some((change) => forms.some((form) => isAbout(form, change))))
    .map(({ id, lastAt, process, outcome }) => ({ id, lastAt, process, outcome }));
}
