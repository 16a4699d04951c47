import { byKey, type IpOp, type IptablesRuleset, keyOf, type NftRule, type NftTable, type NodeConfig, renderIpBatch } from '@weft/kernel';
import { canonicalJson, DRIFT_CHANGES_MAX, DRIFT_TEXT_MAX, type DriftChange } from '@weft/model';
import { diff, withDraining } from '@weft/reconcile';
import { plainText } from '../decide/plain-text.ts';

/** What is on a host otherwise than it was left. */
export interface Differences {
  /** As many as an event has room for. */
  readonly changes: readonly DriftChange[];
  /** How many there are. */
  readonly total: number;
}

/** What a change is told apart by from those of other things. */
export const identityOf = ({ kind, object }: DriftChange): string => `${kind} ${object}`;

/** The differences by what they are about: two programs that undo each other change the same things again and again. */
export const aboutOf = ({ changes }: Pick<Differences, 'changes'>): string => changes.map(identityOf).join('\n');

export const NO_DIFFERENCES: Differences = { changes: [], total: 0 };

type Kind = DriftChange['kind'];

const OBJECT_MAX = 256;

const change = (kind: Kind, object: string, wanted: string | null, found: string | null): DriftChange => ({
  kind,
  object: plainText(object, OBJECT_MAX),
  wanted: wanted === null ? null : plainText(wanted, DRIFT_TEXT_MAX),
  found: found === null ? null : plainText(found, DRIFT_TEXT_MAX),
});

/** How objects of a list are told of. */
interface Telling<T> {
  readonly kind: Kind;
  readonly key: (item: T) => string;
  readonly text: (item: T) => string;
}

/** Objects that are missing, otherwise, or too many. */
function ofList<T>({ kind, key, text }: Telling<T>, wanted: readonly T[], found: readonly T[]): DriftChange[] {
  if (wanted === found) return [];
  const there = new Map(found.map((item) => [key(item), item]));
  const known = new Set(wanted.map(key));
  const named = (item: T) => `${kind} ${key(item).trim()}`;
  return [
    ...wanted.flatMap((item) => {
      const other = there.get(key(item));
      if (other !== undefined && canonicalJson(other) === canonicalJson(item)) return [];
      return [change(kind, named(item), text(item), other === undefined ? null : text(other))];
    }),
    ...found.filter((item) => !known.has(key(item))).map((item) => change(kind, named(item), null, text(item))),
  ];
}

/** What `ip -batch` would read to make it. */
const ip = (op: IpOp) => renderIpBatch([op]).trim().replaceAll('\n', '; ');

/** The lists of a configuration whose objects stand for themselves. */
const LISTS: readonly ((wanted: NodeConfig, found: NodeConfig) => DriftChange[])[] = [
  (a, b) => ofList({ kind: 'netns', key: keyOf.netns, text: ({ name }) => name }, a.netns, b.netns),
  (a, b) => ofList({ kind: 'link', key: keyOf.links, text: canonicalJson }, a.links, b.links),
  (a, b) =>
    ofList({ kind: 'address', key: keyOf.addresses, text: (address) => ip({ op: 'address-add', address }) }, a.addresses, b.addresses),
  (a, b) => ofList({ kind: 'route', key: keyOf.routes, text: (route) => ip({ op: 'route-replace', route }) }, a.routes, b.routes),
  (a, b) =>
    ofList(
      { kind: 'neighbour', key: keyOf.neighbours, text: (neighbour) => ip({ op: 'neighbour-replace', neighbour }) },
      a.neighbours,
      b.neighbours,
    ),
  (a, b) => ofList({ kind: 'fdb', key: keyOf.fdb, text: ({ mac, destination }) => `${mac} dst ${destination}` }, a.fdb, b.fdb),
  (a, b) => ofList({ kind: 'sysctl', key: keyOf.sysctls, text: ({ value }) => value }, a.sysctls, b.sysctls),
  (a, b) => ofList({ kind: 'workload', key: keyOf.workloads, text: ({ identity }) => identity }, a.workloads, b.workloads),
  (a, b) => ofList({ kind: 'ipset', key: keyOf.ipsets, text: canonicalJson }, a.ipsets, b.ipsets),
  (a, b) => ofList({ kind: 'ipvs', key: keyOf.ipvs, text: canonicalJson }, a.ipvs, b.ipvs),
];

/** Texts that are missing, and those that are too many, whatever their order. */
function ofElements(kind: Kind, object: string, wanted: readonly string[], found: readonly string[]): DriftChange[] {
  const [has, had] = [new Set(found), new Set(wanted)];
  return [
    ...wanted.filter((text) => !has.has(text)).map((text) => change(kind, object, text, null)),
    ...found.filter((text) => !had.has(text)).map((text) => change(kind, object, null, text)),
  ];
}

/** Texts of a list that are missing, and those that are too many; the order alone when nothing else is otherwise. */
function ofRules(kind: Kind, object: string, wanted: readonly string[], found: readonly string[]): DriftChange[] {
  if (wanted === found || (wanted.length === found.length && wanted.every((text, at) => text === found[at]))) return [];
  const changes = ofElements(kind, object, wanted, found);
  return changes.length > 0 ? changes : [change(kind, object, wanted.join('; '), found.join('; '))];
}

const ruleText = ({ text, comment }: NftRule) => (comment === null ? text : `${text} comment "${comment}"`);
const elementTexts = (elements: Readonly<Record<string, string>>) => Object.entries(elements).map(([key, data]) => `${key} : ${data}`);

const nameOf = ({ family, name }: NftTable) => `table ${family} ${name}`;
const sizeOf = ({ chains, maps, sets }: NftTable) => `${chains.length} chains, ${maps.length} maps, ${sets.length} sets`;

/** What is in the parts of a table, and how it is compared: nft lists elements in an order of its own. */
const CONTENTS = {
  chain: { each: 'rule', of: ofRules },
  map: { each: 'element', of: ofElements },
  set: { each: 'element', of: ofElements },
} as const;

/** Named parts of a table: those that are missing or too many as a whole, of the others what is in them. */
function ofParts<T extends { readonly name: string }>(
  what: keyof typeof CONTENTS,
  wanted: readonly T[],
  found: readonly T[],
  texts: (part: T) => readonly string[],
  declaration: (part: T) => string,
): DriftChange[] {
  const there = new Map(found.map((part) => [part.name, part]));
  const known = new Set(wanted.map(({ name }) => name));
  return [
    ...wanted.flatMap((part) => {
      const other = there.get(part.name);
      const object = `${what} ${part.name}`;
      if (other === undefined) return [change('nft', object, declaration(part), null)];
      if (other === part) return [];
      const declared = declaration(part) === declaration(other) ? [] : [change('nft', object, declaration(part), declaration(other))];
      const { of, each } = CONTENTS[what];
      return [...declared, ...of('nft', `${each} of ${object}`, texts(part), texts(other))];
    }),
    ...found.filter(({ name }) => !known.has(name)).map((part) => change('nft', `${what} ${part.name}`, null, declaration(part))),
  ];
}

function ofNft(wanted: NftTable | null, found: NftTable | null): DriftChange[] {
  if (wanted === found) return [];
  if (wanted === null || found === null) {
    const table = wanted ?? found;
    if (table === null) return [];
    return [change('nft', nameOf(table), wanted === null ? null : sizeOf(wanted), found === null ? null : sizeOf(found))];
  }
  const foreign = (found.foreign ?? []).map((text) => change('nft', nameOf(found), null, text));
  return [
    ...foreign,
    ...ofParts(
      'chain',
      wanted.chains,
      found.chains,
      ({ rules }) => rules.map(ruleText),
      ({ hook }) => canonicalJson(hook),
    ),
    ...ofParts(
      'map',
      wanted.maps,
      found.maps,
      ({ elements }) => elementTexts(elements),
      ({ elements: _, ...map }) => canonicalJson(map),
    ),
    ...ofParts(
      'set',
      wanted.sets,
      found.sets,
      ({ elements }) => elements,
      ({ elements: _, ...set }) => canonicalJson(set),
    ),
  ];
}

function ofIptables(wanted: IptablesRuleset | null, found: IptablesRuleset | null): DriftChange[] {
  if (wanted === found) return [];
  const chainsOf = (ruleset: IptablesRuleset | null) =>
    (ruleset?.tables ?? []).flatMap((table) => table.chains.map(({ name, rules }) => ({ name: `${name} of table ${table.name}`, rules })));
  const jumpsOf = (ruleset: IptablesRuleset | null) =>
    (ruleset?.tables ?? []).flatMap((table) => table.jumps.map(({ chain, rule }) => `-t ${table.name} -A ${chain} ${rule}`));
  const there = new Map(chainsOf(found).map((chain) => [chain.name, chain]));
  const known = new Set(chainsOf(wanted).map(({ name }) => name));
  return [
    ...chainsOf(wanted).flatMap(({ name, rules }) => {
      const other = there.get(name);
      if (other === undefined) return [change('iptables', `chain ${name}`, `${rules.length} rules`, null)];
      return ofRules('iptables', `rule of chain ${name}`, rules, other.rules);
    }),
    ...chainsOf(found)
      .filter(({ name }) => !known.has(name))
      .map(({ name, rules }) => change('iptables', `chain ${name}`, null, `${rules.length} rules`)),
    ...ofRules('iptables', 'jump to our chains', jumpsOf(wanted), jumpsOf(found)),
  ];
}

/**
 * What was found on a host otherwise than it had been left, in the order in which it would be made. Whether something is otherwise is said by what would have
 * to be done about it, so connections of IPVS that end and the order of things that have none are no difference.
 */
export function differencesOf(left: NodeConfig, found: NodeConfig): Differences {
  const wanted = withDraining(left, found);
  const steps = diff(wanted, found);
  if (steps.length === 0) return NO_DIFFERENCES;
  const all = [
    ...LISTS.flatMap((list) => list(wanted, found)),
    ...ofNft(wanted.nft, found.nft),
    ...ofIptables(wanted.iptables, found.iptables),
  ];
  if (all.length === 0) return { changes: [change('link', steps.map(({ tool }) => tool).join(', '), null, null)], total: 1 };
  return { changes: all.slice(0, DRIFT_CHANGES_MAX), total: all.length };
}

/** A configuration with only those settings that were read. */
export function withSettingsAsked(
  config: NodeConfig,
  asked: readonly { readonly netns: string | null; readonly key: string }[],
): NodeConfig {
  const keys = new Set(asked.map(({ netns, key }) => `${netns ?? ''} ${key}`));
  return {
    ...config,
    sysctls: byKey(
      keyOf.sysctls,
      config.sysctls.filter(({ netns, key }) => keys.has(`${netns ?? ''} ${key}`)),
    ),
  };
}
