import type { NftChain, NftRule, NftTable } from '@weft/kernel';
import { contains, type KernelObject } from '@weft/model';
import type { KnownObjects } from './known-objects.ts';
import { keyOf, NftLookup } from './nft-key.ts';
import { type Flight, type HookPoint, isLocal, type Landing, linkMatches, type PacketNode, type Rules, withMatch } from './packet.ts';

/** What an expression does to a packet: nothing (`on`), end the rule (`off`), decide, or lead to another chain. */
interface Effect {
  readonly flight: Flight;
  readonly next: 'on' | 'off' | 'return' | Exclude<Landing['end'], 'continue'> | { readonly jump: string } | { readonly goto: string };
}

interface Context {
  readonly lookup: NftLookup;
  /** Where the table's sets and maps stand, as a place of the inventory. */
  readonly table: string;
  readonly objects: KnownObjects;
  readonly node: PacketNode;
}

type Apply = (flight: Flight, groups: readonly string[], context: Context) => readonly Effect[];

const match =
  (test: (flight: Flight, groups: readonly string[], context: Context) => boolean): Apply =>
  (flight, groups, context) => [{ flight, next: test(flight, groups, context) ? 'on' : 'off' }];

const address = (flight: Flight, field: string) => (field === 'saddr' ? flight.source : flight.destination);

const destination = (verdict: string): Effect['next'] => {
  const [kind, chain = ''] = verdict.split(' ');
  if (kind === 'accept' || kind === 'drop') return kind;
  if (kind !== 'goto' && kind !== 'jump') throw new Error(`no such verdict in our maps: ${verdict}`);
  return kind === 'goto' ? { goto: chain } : { jump: chain };
};

/** A key of our sets and maps. */
const FIELD = '(?:ip [sd]addr|meta l4proto|th dport|ct original (?:ip daddr|proto-dst))';
const KEY = `(${FIELD}(?: \\. ${FIELD})*)`;

/** The packet, for which a rule has found an element of a set or map. */
const finding = (flight: Flight, { objects, table }: Context, into: string, key: string): Flight => ({
  ...flight,
  found: [...flight.found, ...objects.find('nft-element', `${table} ${into}`, key)],
});

const inSet: Apply = (flight, [expression = '', not, set = ''], context) => {
  const element = context.lookup.inSet(set, keyOf(expression, flight));
  if (not !== undefined) return [{ flight, next: element === undefined ? 'on' : 'off' }];
  return [element === undefined ? { flight, next: 'off' } : { flight: finding(flight, context, `set ${set}`, element), next: 'on' }];
};

/** What a map that packets fill says of a client is in the packet itself: who it was with. */
const rewrite: Apply = (flight, [expression = '', map = ''], { lookup }) => {
  const ip = lookup.isMemory(map) ? flight.wasWith?.split(':')[0] : lookup.inMap(map, keyOf(expression, flight))?.data;
  return [ip === undefined ? { flight, next: 'off' } : { flight: { ...flight, destination: ip }, next: 'on' }];
};

const dynamic: Apply = (flight, [set = '', key = '', data = ''], { lookup }) => {
  if (!lookup.isMemory(set)) throw new Error(`packets put elements into ${set}, which is not declared for it`);
  keyOf(`${key} . ${data}`, flight);
  return [{ flight, next: 'on' }];
};

/** A lot stands in the destination's place, as an address. Each is as likely as every other over all connections, or over all clients. */
const draw: Apply = (flight, [lots]) =>
  Array.from({ length: Number(lots) }, (_, lot) => ({
    flight: { ...flight, destination: [24, 16, 8, 0].map((bits) => (lot >>> bits) & 255).join('.'), share: flight.share / Number(lots) },
    next: 'on',
  }));

const translate: Apply = (flight, [expression = '', map = ''], context) => {
  const found = context.lookup.inMap(map, keyOf(expression, flight));
  if (found === undefined) return [{ flight, next: 'off' }];
  const [ip = '', port] = found.data.split(' . ');
  const led = { destination: ip, port: Number(port), endpoint: ip, translated: true };
  return [{ flight: { ...finding(flight, context, `map ${map}`, found.text), ...led }, next: 'accept' }];
};

/** Every expression we emit. A rule is a sequence of them. */
const EXPRESSIONS: readonly (readonly [RegExp, Apply])[] = [
  // What is followed is the first packet of a connection.
  [/^ct state new/, match(() => true)],
  [/^ct state invalid/, match(() => false)],
  [/^ct status dnat/, match((f) => f.translated)],
  [/^ct original ip daddr != @(\S+)/, match((f, [set = ''], { lookup }) => lookup.inSet(set, f.original.destination) === undefined)],
  [/^meta l4proto \{ ([a-z, ]+) \}/, match((f, [names = '']) => names.split(', ').includes(f.protocol))],
  [/^iifname != "lo"/, match((f) => f.from === 'link')],
  [/^fib saddr type local/, match((f, _, { node }) => isLocal(node, f.source))],
  [new RegExp(`^ip daddr set ${KEY} map @(\\S+)`), rewrite],
  [/^ip daddr set (?:numgen (?:random|inc)|jhash ip [sd]addr) mod (\d+)(?: seed 0x[0-9a-f]+)?/, draw],
  [/^ip daddr set ct original ip daddr$/, (f) => [{ flight: { ...f, destination: f.original.destination }, next: 'on' }]],
  [/^ip daddr set ct reply ip saddr$/, (f) => [{ flight: { ...f, destination: f.endpoint ?? f.original.destination }, next: 'on' }]],
  [/^(?:delete|update) @(\S+) \{ (.+?)(?: timeout [0-9dhms]+)? : (.+?) \}/, dynamic],
  [
    /^ip (saddr|daddr) (!= )?(\d[\d./]+)/,
    match((f, [field = '', not, cidr = '']) => contains(cidr, address(f, field)) !== (not !== undefined)),
  ],
  [/^th dport (\d+)-(\d+)/, match((f, [from, to]) => f.port >= Number(from) && f.port <= Number(to))],
  [/^fib daddr type local/, match((f, _, { node }) => isLocal(node, f.destination))],
  [/^oifname != "([^"]+)"/, match((f, [pattern = '']) => !linkMatches(pattern, '*', f.outLink))],
  [/^meta mark & (0x\w+) == (0x\w+)/, match((f, [mask, value]) => (f.mark & Number(mask)) === Number(value))],
  [/^tcp flags syn/, match((f) => f.protocol === 'tcp')],
  [/^tcp option maxseg size set rt mtu/, match(() => true)],
  [/^meta mark set meta mark \| (0x\w+)/, (f, [bit]) => [{ flight: { ...f, mark: f.mark | Number(bit) }, next: 'on' }]],
  [/^meta mark set meta mark \^ (0x\w+)/, (f, [bit]) => [{ flight: { ...f, mark: f.mark ^ Number(bit) }, next: 'on' }]],
  [/^dnat ip to (.+) map @(\S+)/, translate],
  [
    new RegExp(`^${KEY} vmap @(\\S+)`),
    (flight, [expression = '', map = ''], context) => {
      const verdict = context.lookup.inMap(map, keyOf(expression, flight));
      if (verdict === undefined) return [{ flight, next: 'off' }];
      return [{ flight: finding(flight, context, `map ${map}`, verdict.text), next: destination(verdict.data) }];
    },
  ],
  [new RegExp(`^${KEY} (!= )?@(\\S+)`), inSet],
  [/^masquerade (?:to :\d+-\d+ )?fully-random/, (f) => [{ flight: { ...f, masquerade: true }, next: 'accept' }]],
  [/^reject with tcp reset/, (f) => [{ flight: f, next: f.protocol === 'tcp' ? 'tcp-reset' : 'off' }]],
  [/^reject/, (f) => [{ flight: f, next: 'icmp-port-unreachable' }]],
  [/^return/, (f) => [{ flight: f, next: 'return' }]],
  [/^drop/, (f) => [{ flight: f, next: 'drop' }]],
  [/^(goto|jump) (\S+)/, (f, [kind = '', chain = '']) => [{ flight: f, next: destination(`${kind} ${chain}`) }]],
];

function applyRule(text: string, flight: Flight, context: Context): readonly Effect[] {
  if (text === '') return [{ flight, next: 'on' }];
  for (const [shape, apply] of EXPRESSIONS) {
    const found = shape.exec(text);
    if (found === null) continue;
    const rest = text.slice(found[0].length).trimStart();
    return apply(flight, found.slice(1), context).flatMap((effect) =>
      effect.next === 'on' ? applyRule(rest, effect.flight, context) : [effect],
    );
  }
  throw new Error(`not an expression that we emit: ${text}`);
}

/** The base chains that are asked at a point, in the order of their priorities. What filters before addresses are translated stands where iptables has mangle. */
function basesAt({ chains }: NftTable, { type, hook }: HookPoint): NftChain[] {
  const based = chains.flatMap((chain) => (chain.hook?.hook === hook ? [{ chain, ...chain.hook }] : []));
  const nat = based.find((base) => base.type === 'nat')?.priority ?? Number.NEGATIVE_INFINITY;
  const stage = (base: { type: string; priority: number }) => (base.type === 'filter' && base.priority < nat ? 'mangle' : base.type);
  return based
    .filter((base) => stage(base) === type)
    .sort((a, b) => a.priority - b.priority)
    .map(({ chain }) => chain);
}

/** A rule with what it is called. */
interface Rule extends NftRule {
  readonly object: KernelObject | undefined;
}

/** The rules of a table. Throws Error at an expression, set, map or chain that we do not emit. */
export function nftRules(table: NftTable, objects: KnownObjects): Rules {
  const lookup = new NftLookup(table);
  const place = `table ${table.family} ${table.name}`;
  const rulesOf = ({ name, rules }: NftChain): readonly Rule[] => {
    const named = objects.at('nft-rule', `${place} chain ${name}`);
    return rules.map((rule, at) => ({ ...rule, object: named[at] }));
  };
  const chains = new Map(table.chains.map((chain) => [chain.name, rulesOf(chain)]));

  function walk(hook: HookPoint['hook'], rules: readonly Rule[], flight: Flight, context: Context): readonly Landing[] {
    const [first, ...rest] = rules;
    if (first === undefined) return [{ flight, end: 'continue' }];
    return applyRule(first.text, flight, context).flatMap((effect): readonly Landing[] => {
      const { next } = effect;
      if (next === 'off') return walk(hook, rest, { ...effect.flight, found: [] }, context);
      const matched = withMatch(effect.flight, hook, first.object);
      if (next === 'return') return [{ flight: matched, end: 'continue' }];
      if (next === 'on') return walk(hook, rest, matched, context);
      if (typeof next === 'string') return [{ flight: matched, end: next }];
      const chain = chains.get('goto' in next ? next.goto : next.jump);
      if (chain === undefined) throw new Error(`no such chain: ${JSON.stringify(next)}`);
      return walk(hook, chain, matched, context).flatMap((landing) =>
        landing.end === 'continue' && 'jump' in next ? walk(hook, rest, landing.flight, context) : [landing],
      );
    });
  }

  return (point, flight, node) =>
    basesAt(table, point).reduce<readonly Landing[]>(
      (landings, base) =>
        landings.flatMap((landing) =>
          landing.end === 'continue' || landing.end === 'accept'
            ? walk(point.hook, chains.get(base.name) ?? [], landing.flight, { lookup, table: place, objects, node })
            : [landing],
        ),
      [{ flight, end: 'continue' }],
    );
}
