import { contains, type WirePacket } from '@weft/model';

/** A packet at a hook, as rules of others see it. */
export interface Seen {
  readonly packet: WirePacket & { readonly source: string };
  /** It belongs to a connection that is known: its port is the one it is from. */
  readonly answer: boolean;
}

/** What a rule of others does to a packet; `unknown` when its text is not understood and it may end packets. */
export type Effect = 'none' | 'pass' | 'drop' | 'reject' | 'unknown';

type Test = (seen: Seen, groups: readonly string[]) => boolean;

/** Part of a rule's text and what it asks, or what it does when everything before it holds. */
type Word = readonly [RegExp, Test | Exclude<Effect, 'none' | 'unknown'>];

const isNot = (not: string | undefined, holds: boolean) => holds !== (not !== undefined);
const address = ({ packet }: Seen, which: string) => (which.startsWith('s') ? packet.source : packet.destination);
const inRange = (range: string, ip: string) => (range.includes('/') ? contains(range, ip) : range === ip);
const states = ({ answer }: Seen, list: string) =>
  list
    .toLowerCase()
    .split(/[,\s]+/)
    .includes(answer ? 'established' : 'new');
const always: Test = () => true;

/** Of what nft prints (nft(8)) the words that need nothing but the packet. Links are not among them: what others call the host's is not known here. */
const NFT: readonly Word[] = [
  [/^ip (saddr|daddr) (!= )?(\d[\d./]*)(?= |$)/, (seen, [which = '', not, range = '']) => isNot(not, inRange(range, address(seen, which)))],
  [
    /^(tcp|udp|sctp) dport (\d+)(?= |$)/,
    ({ packet, answer }, [name, port]) => !answer && packet.protocol === name && packet.port === Number(port),
  ],
  [/^(?:meta l4proto|ip protocol) (\w+)/, ({ packet }, [name]) => packet.protocol === name],
  [/^ct state \{? ?([a-z, ]+?)(?: \})?(?= (?:accept|drop|reject|counter|return|ip|tcp|udp)|$)/, (seen, [list = '']) => states(seen, list)],
  [/^counter(?: packets \d+ bytes \d+)?/, always],
  [/^comment "[^"]*"/, always],
  [/^(?:accept|return)(?: comment|$)/, 'pass'],
  [/^drop/, 'drop'],
  [/^reject/, 'reject'],
];

/** The same of what iptables-save prints (iptables-extensions(8)). */
const IPTABLES: readonly Word[] = [
  [/^(! )?-([sd]) (\S+)/, (seen, [not, which = '', range = '']) => isNot(not, inRange(range, address(seen, which)))],
  [/^-p (\w+)/, ({ packet }, [name]) => packet.protocol === name],
  [/^-m (?:tcp|udp|sctp|comment|conntrack|state)/, always],
  [/^--dport (\d+)(?= |$)/, ({ packet, answer }, [port]) => !answer && packet.port === Number(port)],
  [/^--(?:ct)?state (\S+)/, (seen, [list = '']) => states(seen, list)],
  [/^--comment (?:"[^"]*"|\S+)/, always],
  [/^-j (?:ACCEPT|RETURN)$/, 'pass'],
  [/^-j DROP$/, 'drop'],
  [/^-j REJECT/, 'reject'],
];

/** What can end a packet, or lead to what does. */
const MAY_END =
  /\b(?:drop|reject|queue|jump|goto|vmap|DROP|REJECT|QUEUE|NFQUEUE)\b|-[jg] (?!ACCEPT|RETURN|LOG|MARK|CONNMARK|MASQUERADE|SNAT|DNAT)/;

function effectOf(words: readonly Word[], text: string, seen: Seen): Effect {
  let rest = text;
  while (rest !== '') {
    const at = rest;
    const word = words.find(([shape]) => shape.test(at));
    if (word === undefined) return MAY_END.test(text) ? 'unknown' : 'none';
    const [shape, does] = word;
    if (typeof does === 'string') return does;
    const [whole = '', ...groups] = shape.exec(rest) ?? [];
    if (!does(seen, groups)) return 'none';
    rest = rest.slice(whole.length).trimStart();
  }
  return 'none';
}

/** What a rule of others, as nft prints it, does to a packet. */
export const nftEffect = (text: string, seen: Seen): Effect => effectOf(NFT, text, seen);

/** What a rule of others, as iptables-save prints it, does to a packet. */
export const iptablesEffect = (text: string, seen: Seen): Effect => effectOf(IPTABLES, text, seen);
