import {
  IPTABLES_BUILT_IN_CHAINS,
  IPTABLES_CHAIN_PREFIX,
  IPTABLES_TABLES,
  type IptablesJump,
  type IptablesRuleset,
  type IptablesTable,
  type IptablesTableName,
  isMarkOfBuiltIn,
  listedChain,
} from './ruleset.ts';

interface OpenTable {
  readonly name: IptablesTableName;
  readonly chains: Map<string, string[]>;
  readonly jumps: IptablesJump[];
}

/** A rule, with what it has counted when that was asked for. */
const APPEND = /^(?:\[\d+:\d+\] )?-A (\S+) (.*)$/;
const TO_OURS = new RegExp(` -[jg] ${IPTABLES_CHAIN_PREFIX}\\S+$`);

const builtIn = new Map<string, IptablesJump['chain']>(IPTABLES_BUILT_IN_CHAINS.map((chain) => [chain, chain]));

function addRule(table: OpenTable, chain: string, rule: string): void {
  const own = table.chains.get(chain);
  const from = builtIn.get(chain);
  if (own !== undefined) own.push(rule);
  else if (from !== undefined && TO_OURS.test(` ${rule}`)) table.jumps.push({ chain: from, rule });
}

function close({ name, chains, jumps }: OpenTable): IptablesTable {
  const order = (jump: IptablesJump) => IPTABLES_BUILT_IN_CHAINS.indexOf(jump.chain);
  return {
    name,
    chains: Array.from(chains, ([chain, rules]) => listedChain(chain, rules)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    jumps: jumps.sort((a, b) => order(a) - order(b)),
  };
}

/**
 * Reads what `iptables-save` prints, of either variant and with or without counters, and keeps what is ours: chains `WEFT-*` and the jumps to them from
 * built-in chains.
 * Null when nothing is; no tables when nothing but marks of built-in chains is. Throws SyntaxError for a table without its COMMIT: the text was cut off.
 */
export function parseIptablesSave(text: string): IptablesRuleset | null {
  const tables = new Map(IPTABLES_TABLES.map((name): [string, OpenTable] => [name, { name, chains: new Map(), jumps: [] }]));
  let open: OpenTable | undefined;
  /** The table that the lines are of, whether or not we have anything to do with it. */
  let begun: string | null = null;
  let marked = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) {
      begun = line;
      open = tables.get(line.slice(1));
    } else if (line === 'COMMIT') begun = null;
    if (open === undefined) continue;
    const declared = line.startsWith(`:${IPTABLES_CHAIN_PREFIX}`) ? line.slice(1, line.indexOf(' ')) : null;
    if (declared !== null && isMarkOfBuiltIn(declared)) marked = true;
    else if (declared !== null) open.chains.set(declared, []);
    const [, chain, rule] = APPEND.exec(line) ?? [];
    if (chain !== undefined && rule !== undefined) addRule(open, chain, rule);
  }
  if (begun !== null) throw new SyntaxError(`the saved rules end before their table ${begun} does`);
  const ours = Array.from(tables.values(), close).filter(({ chains, jumps }) => chains.length > 0 || jumps.length > 0);
  return ours.length === 0 && !marked ? null : { tables: ours };
}
