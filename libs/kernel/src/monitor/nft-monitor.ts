import { IPTABLES_BUILT_IN_CHAINS, IPTABLES_TABLES } from '../iptables/ruleset.ts';
import { NFT_TABLE } from '../nft/table.ts';

/** A process as the kernel numbers and names it: the number is the one of the first PID namespace, the name at most 15 characters (comm in proc(5)). */
export interface KernelProcess {
  readonly pid: number;
  readonly name: string;
}

/** The parts of nftables that are ours: our own table, and our chains in those of iptables. */
export type RulesPart = 'nft' | 'iptables';

/** What `nft monitor` tells: a transaction, with what it did to parts that are ours; or that the kernel had more to tell than was read in time. */
export type NftNews =
  | {
      readonly news: 'transaction';
      readonly generation: number;
      readonly process: KernelProcess;
      readonly parts: ReadonlySet<RulesPart>;
      /** The first line that is about something of ours. */
      readonly text: string;
    }
  | { readonly news: 'lost' };

const GENERATION = /^# new generation (\d+) by process (\d+) \((.*)\)$/;
const LOST = /^# ERROR/;
const OURS = new RegExp(`^\\w+ \\w+ ip ${NFT_TABLE}(?: |$)`);
const THEIRS = new RegExp(`^(\\w+) (\\w+) ip (?:${IPTABLES_TABLES.join('|')})(?: (\\S+)|$)`);
const ADDING: ReadonlySet<string> = new Set(['add', 'create', 'insert']);
const BUILT_IN: ReadonlySet<string> = new Set(IPTABLES_BUILT_IN_CHAINS);

/**
 * What a line is about. A rule that goes from a built-in chain of iptables is only told by its handle, so it may be one of our jumps. One that comes there is no
 * concern of ours.
 */
function partOf(line: string): RulesPart | null {
  if (OURS.test(line)) return 'nft';
  const [, verb = '', kind, chain = ''] = THEIRS.exec(line) ?? [];
  if (chain.startsWith('WEFT-')) return 'iptables';
  if (verb === '' || ADDING.has(verb)) return null;
  return kind === 'table' || BUILT_IN.has(chain) ? 'iptables' : null;
}

/** Reads what `nft monitor` (nft 1.0) prints, in pieces of any size: the lines of a transaction, then one that names its generation and the process. */
export class NftMonitorReader {
  #rest = '';
  #parts = new Set<RulesPart>();
  #text = '';

  read(piece: string): NftNews[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): NftNews[] {
    const [whole, generation, pid, name = ''] = GENERATION.exec(line) ?? [];
    if (whole !== undefined) {
      const [parts, text] = [this.#parts, this.#text];
      this.#parts = new Set();
      this.#text = '';
      return [{ news: 'transaction', generation: Number(generation), process: { pid: Number(pid), name }, parts, text }];
    }
    if (LOST.test(line)) return [{ news: 'lost' }];
    const part = partOf(line);
    if (part === null) return [];
    if (this.#parts.size === 0) this.#text = line;
    this.#parts.add(part);
    return [];
  }
}
