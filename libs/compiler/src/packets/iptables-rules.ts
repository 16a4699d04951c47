import type { Ipset, IptablesBuiltInChain, IptablesRuleset } from '@weft/kernel';
import { contains, type KernelObject } from '@weft/model';
import { IpsetLookup } from './ipset-lookup.ts';
import type { KnownObjects } from './known-objects.ts';
import { type Flight, isLocal, type Landing, linkMatches, type PacketNode, type Rules, withMatch } from './packet.ts';

/** How likely an option lets a packet pass: 0, 1, or its share where chance decides. */
type Odds = (flight: Flight, value: string, context: Context) => number;

/** What rules ask about besides the packet. */
interface Context {
  readonly node: PacketNode;
  /** Of each list of clients (xt_recent): the endpoints `ip:port` whose clients get on it. */
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
  readonly sets: IpsetLookup;
}

const sure =
  (test: (flight: Flight, value: string, context: Context) => boolean): Odds =>
  (flight, value, context) =>
    test(flight, value, context) ? 1 : 0;

const always = sure(() => true);

const EXTENSIONS = ['comment', 'tcp', 'udp', 'sctp', 'addrtype', 'statistic', 'mark', 'conntrack'];

const inPorts = (port: number, ports: string) => {
  const [first = Number.NaN, last = first] = ports.split(':').map(Number);
  return port >= first && port <= last;
};

const masked = (text: string) => text.split('/').map(Number) as [value: number, mask: number];

/** Every matching option we emit, each with one value. */
const MATCHES: Readonly<Record<string, Odds>> = {
  '-s': sure((f, cidr) => contains(cidr, f.source)),
  '-d': sure((f, cidr) => contains(cidr, f.destination)),
  '-o': sure((f, pattern) => linkMatches(pattern, '+', f.outLink)),
  '-p': sure((f, protocol) => f.protocol === protocol),
  '-m': sure((_, extension) => {
    if (!EXTENSIONS.includes(extension)) throw new Error(`not an extension that we use: ${extension}`);
    return true;
  }),
  '--comment': always,
  '--dport': sure((f, ports) => inPorts(f.port, ports)),
  '--src-type': sure((f, _, { node }) => isLocal(node, f.source)),
  '--dst-type': sure((f, _, { node }) => isLocal(node, f.destination)),
  '--ctstate': sure((_, state) => state === 'NEW'),
  '--mark': sure((f, text) => (f.mark & masked(text)[1]) === masked(text)[0]),
  '--mode': sure((_, mode) => mode === 'random' || mode === 'nth'),
  '--probability': (_, share) => Number(share),
  '--every': (_, rest) => 1 / Number(rest),
  '--packet': sure((_, first) => first === '0'),
  '--known-on': sure((f, list, { lists }) => f.wasWith !== undefined && lists.get(list)?.has(f.wasWith) === true),
  '--remember-on': always,
  '--in-set': sure((f, asked, { sets }) => sets.find(asked, f) !== undefined),
  '--through': sure((f) => f.balanced),
  '--tcp-flags': sure((f, flags) => f.protocol === 'tcp' && flags === 'SYN SYN'),
};

type Target = (flight: Flight, options: string, context: Context) => Landing;

/** Every target we emit besides our own chains; `options` is what stands behind its name. */
const TARGETS: Readonly<Record<string, Target>> = {
  MARK: (flight, options) => {
    const [value, mask] = masked(/^--set-xmark (\S+)$/.exec(options)?.[1] ?? '');
    return { flight: { ...flight, mark: (flight.mark & ~mask) ^ value }, end: 'continue' };
  },
  DNAT: (flight, options) => {
    const [, ip = '', port] = /^--to-destination ([\d.]+):(\d+)$/.exec(options) ?? [];
    return { flight: { ...flight, destination: ip, port: Number(port), translated: true }, end: 'accept' };
  },
  SET: (flight, options, { sets }) => {
    const [, name = '', fields = ''] = /^--map-set (\S+) (\S+) --map-mark$/.exec(options) ?? [];
    const mark = sets.find(`${name}:${fields}`, flight)?.mark ?? flight.mark;
    return { flight: { ...flight, mark }, end: 'continue' };
  },
  MASQUERADE: (flight) => ({ flight: { ...flight, masquerade: true }, end: 'accept' }),
  TCPMSS: (flight) => ({ flight, end: 'continue' }),
  DROP: (flight) => ({ flight, end: 'drop' }),
  REJECT: (flight, options) => ({ flight, end: options === '--reject-with tcp-reset' ? 'tcp-reset' : 'icmp-port-unreachable' }),
};

const OPTION = /^(! )?(--?[a-z-]+) ("[^"]*"|SYN SYN|\S+) */;

/** The two ways in which we use lists of clients, as an option with one value each. */
const RECENT = /-m recent (--rcheck --seconds \d+ --reap|--set) --name (\S+) --mask 255\.255\.255\.255 --rsource/g;

function withoutRecent(rule: string): string {
  return rule.replace(RECENT, (_, what: string, list: string) => `${what === '--set' ? '--remember-on' : '--known-on'} ${list}`);
}

/** A question to a set, and the one whether a packet came through IPVS, as options with one value each. */
function withOneValueEach(rule: string): string {
  return withoutRecent(rule)
    .replace(
      /-m set (! )?--match-set (\S+) (\S+)/g,
      (_, not: string | undefined, name: string, fields: string) => `${not ?? ''}--in-set ${name}:${fields}`,
    )
    .replace('-m ipvs --ipvs', '--through ipvs');
}

/** Who gets on each list of clients: those whom a rule puts there and sends to an endpoint. */
function listsOf(rules: readonly string[]): Context['lists'] {
  const lists = new Map<string, Set<string>>();
  for (const rule of rules) {
    const [, list = '', endpoint = ''] = /--remember-on (\S+) .*--to-destination (\S+)$/.exec(rule) ?? [];
    if (list !== '') lists.set(list, (lists.get(list) ?? new Set()).add(endpoint));
  }
  return lists;
}

/** The part of packets like this one that a rule's matches let pass. */
function odds(matches: string, flight: Flight, context: Context): number {
  if (matches === '') return 1;
  const [whole = '', not, option = '', value = ''] = OPTION.exec(matches) ?? [];
  const test = MATCHES[option];
  if (test === undefined) throw new Error(`not a match that we emit: ${matches}`);
  const passes = test(flight, value, context);
  return (not === undefined ? passes : 1 - passes) * odds(matches.slice(whole.length), flight, context);
}

/** A rule in the form in which it is asked, and what it is called. */
interface Rule {
  readonly text: string;
  readonly object: KernelObject | undefined;
}

function named(rules: readonly string[], objects: readonly KernelObject[]): readonly Rule[] {
  return rules.map((rule, at) => ({ text: withOneValueEach(rule), object: objects[at] }));
}

/** The elements of sets in which a rule that matched has found the packet. */
function foundBy({ text }: Rule, flight: Flight, sets: IpsetLookup, objects: KnownObjects): readonly KernelObject[] {
  return [...text.matchAll(/(?<!! )--in-set (\S+)/g)].flatMap(([, asked = '']) =>
    objects.find('ipset-element', `ipset ${asked.split(':')[0]}`, sets.find(asked, flight)?.text ?? ''),
  );
}

/** The rules of a ruleset, which may ask sets. Throws Error at a match, target, set or chain that we do not emit. */
export function iptablesRules(ruleset: IptablesRuleset, ipsets: readonly Ipset[], objects: KnownObjects): Rules {
  const sets = new IpsetLookup(ipsets);
  const tables = new Map(
    ruleset.tables.map(({ name: table, chains, jumps }) => [
      table,
      {
        chains: new Map(chains.map(({ name, rules }) => [name, named(rules, objects.at('iptables-rule', `table ${table} chain ${name}`))])),
        jumps: Map.groupBy(jumps, ({ chain }) => chain),
      },
    ]),
  );
  const lists = listsOf([...tables.values()].flatMap(({ chains }) => [...chains.values()].flat().map(({ text }) => text)));
  return (point, flight, node) => {
    const context = { node, lists, sets };
    const table = tables.get(point.type);

    function enter(name: string, packet: Flight): readonly Landing[] {
      const rules = table?.chains.get(name);
      if (rules === undefined) throw new Error(`no such chain: ${name}`);
      return walk(rules, packet);
    }

    function act(target: string, options: string, packet: Flight, rest: readonly Rule[]): readonly Landing[] {
      if (target === 'RETURN') return [{ flight: packet, end: 'continue' }];
      const landings = TARGETS[target]?.(packet, options, context);
      return (landings === undefined ? enter(target, packet) : [landings]).flatMap((landing) =>
        landing.end === 'continue' ? walk(rest, landing.flight) : [landing],
      );
    }

    function walk(rules: readonly Rule[], packet: Flight): readonly Landing[] {
      const [first, ...rest] = rules;
      if (first === undefined) return [{ flight: packet, end: 'continue' }];
      const [, matches = '', how, target = '', options = ''] = /^(.*?)-([jg]) (\S+) ?(.*)$/.exec(first.text) ?? [];
      const passes = odds(matches, packet, context);
      const matched = (): Flight => ({
        ...withMatch({ ...packet, found: foundBy(first, packet, sets, objects) }, point.hook, first.object),
        share: packet.share * passes,
      });
      return [
        ...(passes > 0 ? act(target, options, matched(), how === 'g' ? [] : rest) : []),
        ...(passes < 1 ? walk(rest, { ...packet, share: packet.share * (1 - passes) }) : []),
      ];
    }

    const chain = point.hook.toUpperCase() as IptablesBuiltInChain;
    const jumps = table?.jumps.get(chain)?.map(({ rule }) => rule) ?? [];
    return walk(named(jumps, objects.at('iptables-jump', `table ${point.type} chain ${chain}`)), flight);
  };
}
