import { IPTABLES_BUILT_IN_CHAINS, type IptablesBuiltInChain, type IptablesTableName, markOfBuiltIn, type Step } from '@weft/kernel';
import type { StepOutcome } from '@weft/reconcile';
import type { Runner } from './runner.ts';

type IptablesStep = Extract<Step, { tool: 'iptables' }>;
type LeaveStep = Extract<Step, { tool: 'iptables-leave' }>;

interface NftJson {
  readonly nftables: readonly {
    readonly chain?: { readonly table: string; readonly name: string; readonly hook?: string; readonly policy?: string };
    readonly [kind: string]: unknown;
  }[];
}

/** What `nft -j …` printed; null where nft is missing or what it was asked for is not there. */
async function readNft({ run }: Runner, ...question: readonly string[]): Promise<NftJson['nftables'] | null> {
  const { exitCode, stdout } = await run(['nft', '-j', ...question]);
  return exitCode === 0 ? (JSON.parse(stdout) as NftJson).nftables.filter((item) => !('metainfo' in item)) : null;
}

/** Which built-in chains the kernel has, as `table chain`. Null where nft is missing. */
async function existingChains(runner: Runner): Promise<ReadonlySet<string> | null> {
  const chains = await readNft(runner, 'list', 'chains', 'ip');
  if (chains === null) return null;
  return new Set(chains.flatMap(({ chain }) => (chain === undefined ? [] : [`${chain.table} ${chain.name}`])));
}

/**
 * A step that puts jumps into built-in chains, with a mark for each of those that it makes by that. Only for the nft variant: with the legacy one they come and
 * go with a kernel module.
 */
export async function withMarks(runner: Runner, step: IptablesStep): Promise<IptablesStep> {
  const existing = await existingChains(runner);
  if (existing === null) return step;
  const changes = step.changes.map((change) => {
    const made = new Set(change.addJumps.map(({ chain }) => chain).filter((chain) => !existing.has(`${change.table} ${chain}`)));
    return { ...change, rewrite: [...change.rewrite, ...Array.from(made, (chain) => ({ name: markOfBuiltIn(chain), rules: [] }))] };
  });
  return { ...step, changes };
}

/** A table as iptables-save prints it: the policy and the number of rules of each chain. */
interface SavedTable {
  readonly policies: ReadonlyMap<string, string>;
  readonly rules: ReadonlyMap<string, number>;
}

function savedTable(saved: string, name: IptablesTableName): SavedTable {
  const body = saved.split(`*${name}\n`)[1]?.split('COMMIT')[0] ?? '';
  const policies = new Map<string, string>();
  const rules = new Map<string, number>();
  for (const [, kind, chain = '', policy = ''] of body.matchAll(/^(:|-A )(\S+)(?: (\S+))?/gm)) {
    if (kind === ':') policies.set(chain, policy);
    else rules.set(chain, (rules.get(chain) ?? 0) + 1);
  }
  return { policies, rules };
}

/** Lines that take away marks, and the chains they stand for where those do nothing any more. */
export function leavingLines(saved: string, table: IptablesTableName): string[] {
  const { policies, rules } = savedTable(saved, table);
  const marked = IPTABLES_BUILT_IN_CHAINS.filter((chain) => policies.has(markOfBuiltIn(chain)));
  const idle = (chain: IptablesBuiltInChain) => policies.get(chain) === 'ACCEPT' && !rules.has(chain);
  const lines = marked.flatMap((chain) => [...(idle(chain) ? [`-X ${chain}`] : []), `-X ${markOfBuiltIn(chain)}`]);
  return lines.length === 0 ? [] : [`*${table}`, ...lines, 'COMMIT'];
}

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

/** The command that a step of leaving comes to on this host; null: there is nothing to do. */
async function leavingCommand(runner: Runner, { what, tables }: LeaveStep): Promise<{ argv: readonly string[]; input: string } | null> {
  if (what === 'built-in-chains') {
    const { stdout } = await runner.run(['iptables-save']);
    const lines = tables.flatMap((table) => leavingLines(stdout, table));
    // Deleting a built-in chain that somebody has just put a rule into is refused by the kernel; with nft it would not be.
    return lines.length === 0 ? null : { argv: ['iptables-restore', '--noflush', '-w', '5'], input: text(lines) };
  }
  const found = await Promise.all(tables.map(async (table) => ({ table, items: await readNft(runner, 'list', 'table', 'ip', table) })));
  const empty = found.filter(({ items }) => items?.every((item) => 'table' in item) === true);
  return empty.length === 0 ? null : { argv: ['nft', '-f', '-'], input: text(empty.map(({ table }) => `delete table ip ${table}`)) };
}

/** Takes away what iptables made for us and leaves standing. What has become of use to somebody else stays. */
export async function leaveIptables(runner: Runner, step: LeaveStep): Promise<StepOutcome> {
  const command = await leavingCommand(runner, step);
  if (command === null) return { argv: [step.tool, step.what], input: '', exitCode: 0, durationMs: 0, stderr: '' };
  const { exitCode, durationMs, stderr } = await runner.run(command.argv, command.input);
  return { ...command, exitCode, durationMs, stderr };
}
