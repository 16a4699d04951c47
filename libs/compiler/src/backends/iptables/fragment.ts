import {
  IPTABLES_BUILT_IN_CHAINS,
  IPTABLES_TABLES,
  type IptablesChain,
  type IptablesJump,
  type IptablesRuleset,
  type IptablesTable,
  type IptablesTableName,
} from '@weft/kernel';
import { type Bucket, toBucket } from './bucket.ts';
import { type IptablesContribution, together } from './contribution.ts';
import { comment } from './rule-text.ts';

/** A chain that is there whatever services there are. The rules that lead to buckets stand behind its own, and `last` behind those. */
export interface FrameChain extends IptablesChain {
  readonly last?: readonly string[];
}

/** What one feature adds to one table, whatever services there are. */
export interface IptablesFragment {
  readonly table: IptablesTableName;
  readonly chains: readonly FrameChain[];
  readonly jumps: readonly IptablesJump[];
}

/** A jump from a built-in chain; `match` goes before what the jump is for. */
export function jump(chain: IptablesJump['chain'], to: string, purpose: string, match = ''): IptablesJump {
  return { chain, rule: `${comment(`weft: ${purpose}`)} ${match}-j ${to}` };
}

const byName = (chains: readonly IptablesChain[]) => [...chains].sort((a, b) => (a.name < b.name ? -1 : 1));

const byBuiltInChain = (jumps: readonly IptablesJump[]) =>
  IPTABLES_BUILT_IN_CHAINS.flatMap((chain) => jumps.filter((candidate) => candidate.chain === chain));

/** The rules of each bucket of a table, and by root the rules that lead to them. */
function fill(shared: IptablesContribution['shared']) {
  const rules = new Map<string, string[]>();
  const ways = new Map<string, Set<string>>();
  for (const { bucket, rule } of shared) {
    appendTo(rules, bucket.chain, rule);
    const from = ways.get(bucket.root) ?? new Set();
    ways.set(bucket.root, from.add(toBucket(bucket)));
  }
  return { rules, ways };
}

function appendTo(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function table(name: IptablesTableName, frame: readonly IptablesFragment[], { chains, shared }: IptablesContribution): IptablesTable {
  const own = frame.filter((fragment) => fragment.table === name);
  const here = ({ bucket }: { readonly bucket: Bucket }) => bucket.table === name;
  const { rules, ways } = fill(shared.filter(here));
  return {
    name,
    chains: byName([
      ...own
        .flatMap((fragment) => fragment.chains)
        .map((chain) => ({
          name: chain.name,
          rules: [...chain.rules, ...[...(ways.get(chain.name) ?? [])].sort(), ...(chain.last ?? [])],
        })),
      ...Array.from(rules, ([bucket, filling]) => ({ name: bucket, rules: filling })),
      ...chains.filter((chain) => chain.table === name).map((chain) => ({ name: chain.name, rules: chain.rules })),
    ]),
    jumps: byBuiltInChain(own.flatMap(({ jumps }) => jumps)),
  };
}

/** Puts together, table by table, what features add whatever services there are, and what each service adds. */
export function iptablesRuleset(frame: readonly IptablesFragment[], contributions: readonly IptablesContribution[]): IptablesRuleset {
  const all = together(contributions);
  return { tables: IPTABLES_TABLES.map((name) => table(name, frame, all)) };
}
