import { readFileSync } from 'node:fs';
import { compile, compileNetwork } from '@weft/compiler';
import type { RealHost } from '@weft/host';
import { EMPTY_CONFIG, NFT_TABLE, renderNft } from '@weft/kernel';
import type { DesiredState } from '@weft/model';
import { applyConfig, applySteps, diff, diffNft, type StepOutcome } from '@weft/reconcile';
import { Compilation } from '../../apps/node-executor/src/dataplane/compilation.ts';
import { timeTool } from './bare-tool.ts';
import { OWN_NODE } from './fleet.ts';

/** Milliseconds of one full load: from the state in memory to all rules in the kernel, and the bare tool alone with the same text. */
export interface FullLoad {
  readonly value: number;
  readonly floor: number;
  /** The same of processor time, of this process and the tools it ran; null where a tool goes on. */
  readonly busy: { readonly value: number; readonly floor: number } | null;
}

/** Loads everything `rounds` times, each time next to the bare tool, beginning with nothing. What is left is nothing. Throws when anything is refused. */
export type FullLoads = (host: RealHost, folder: string, state: DesiredState, rounds: number) => Promise<FullLoad[]>;

const NFT = ['nft', '-f', '-'] as const;

const nftables: FullLoads = async (host, folder, state, rounds) => {
  const loads: FullLoad[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const compilation = Compilation.of({ nodeId: OWN_NODE, desired: state, checksum: '', fromSnapshot: true, delta: null });
    const { account } = compilation;
    if (account.loading === null) throw new Error('no account of services');
    const { failure, refused } = await account.loading.load(host, state.services);
    const value = performance.now() - startedAt;
    if (failure !== null || refused.size > 0) throw new Error(failure?.outcome.stderr ?? [...refused.values()].join('\n'));
    const text = renderNft(diffNft(account.config().nft ?? null, null), 'ip', NFT_TABLE);
    await timeTool(folder, NFT, 'delete table ip weft\n');
    const floor = await timeTool(folder, NFT, text);
    await timeTool(folder, NFT, 'delete table ip weft\n');
    loads.push({ value, floor, busy: null });
  }
  return loads;
};

const iptables: FullLoads = async (host, folder, state, rounds) => {
  const loads: FullLoad[] = [];
  const bare = compileNetwork(state, OWN_NODE);
  await applyConfig(host, bare, EMPTY_CONFIG);
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const busyBefore = processorMs();
    const config = compile(state, OWN_NODE);
    const { failure, outcomes } = await applySteps(host, config, diff(config, bare));
    const value = performance.now() - startedAt;
    const busy = processorMs() - busyBefore;
    if (failure !== null) throw new Error(failure.message);
    await applyConfig(host, bare, config);
    const floorBusyBefore = processorMs();
    const floor = await replay(folder, outcomes);
    const floorBusy = processorMs() - floorBusyBefore;
    await applyConfig(host, bare, config);
    loads.push({ value, floor, busy: { value: busy, floor: floorBusy } });
  }
  return loads;
};

/** What a clock tick is worth in /proc, milliseconds: USER_HZ, which is the same on all that we run on. */
const TICK_MS = 10;

/** Processor time of this process and of those it has waited for, in ms (proc(5), /proc/pid/stat, fields 14 to 17). */
export function processorMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
}

/** Milliseconds that the tools take for what was given to them before. */
async function replay(folder: string, outcomes: readonly StepOutcome[]): Promise<number> {
  let sum = 0;
  for (const { argv, input } of outcomes) sum += await timeTool(folder, argv, input);
  return sum;
}

/** How each kind of node loads everything. */
export const FULL_LOADS: Readonly<Record<'nftables' | 'iptables', FullLoads>> = { nftables, iptables };
