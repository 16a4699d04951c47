// IPVS at one size, in the network namespace that this process was started in. Prints figures as JSON, one a line. Argument: number of services.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, compileNetwork } from '@weft/compiler';
import { RealHost } from '@weft/host';
import { EMPTY_CONFIG } from '@weft/kernel';
import { applyConfig, applySteps, diff } from '@weft/reconcile';
import { figure } from '../../harness/figure.ts';
import { printFigures } from '../../harness/program.ts';
import { timeTool } from '../bare-tool.ts';
import { BenchExecutor, type Run } from '../executor.ts';
import { fleet, OWN_NODE, withOtherEndpoint } from '../fleet.ts';
import type { FullLoad } from '../full-load.ts';
import { makeTwin, prepareOwnNetwork } from '../own-network.ts';
import { PEER, peerOf } from '../peer.ts';
import { undone } from './undo.ts';

const size = Number(process.argv[2]);
const LOADS = size >= 10_000 ? 1 : 5;
const CHANGES = 15;

const say = (text: string) => process.stderr.write(`ipvs, ${size} services: ${text}\n`);

prepareOwnNetwork('ipvs');
// As the executor does when it starts; where the kernel has it built in, there is nothing to load.
spawnSync('modprobe', ['br_netfilter']);
const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
const state = fleet('ipvs', size);

/** Milliseconds that bare tools take for so many runs. */
async function bare(runs: readonly Run[]): Promise<number> {
  let sum = 0;
  for (const { argv, input } of runs) sum += await timeTool(folder, argv, input);
  return sum;
}

const next = (name: string, took: readonly number[], floor: readonly number[], peer: readonly number[] | undefined) =>
  figure({ name: `ipvs: ${name}`, size, unit: 'ms' }, took, {
    floor: { name: 'bare tools, same text', samples: floor },
    peer: peer === undefined ? null : { name: `${PEER}, iptables`, samples: peer },
  });

/**
 * One full load and the bare tools with the same texts, each in a network of its own: destinations that were deleted wait in a list for two minutes, and each one that is
 * added is looked for there first (ip_vs_trash_get_dest in ip_vs_ctl.c), so whoever loads second where much was deleted is slower by far.
 */
async function fullLoad(round: number): Promise<FullLoad> {
  const fixed = compileNetwork(state, OWN_NODE);
  const onto = async (name: string) => {
    const enter = makeTwin(name);
    const host = new RealHost({ workloadScript: '/nonexistent', enter });
    const { failure } = await applyConfig(host, fixed, EMPTY_CONFIG);
    if (failure !== null) throw new Error(failure.message);
    return { enter, host };
  };
  const [ours, floor] = [await onto(`ours-${round}`), await onto(`bare-${round}`)];
  const startedAt = performance.now();
  const config = compile(state, OWN_NODE);
  const { failure, outcomes } = await applySteps(ours.host, config, diff(config, fixed));
  const value = performance.now() - startedAt;
  if (failure !== null) throw new Error(failure.message);
  const took = await bare(outcomes.map(({ argv, input }) => ({ argv: [...floor.enter, ...argv], input })));
  for (const { host } of [ours, floor]) host.close();
  return { value, floor: took, busy: null };
}

say('full load');
const loads: FullLoad[] = [];
for (let round = 0; round < LOADS; round += 1) loads.push(await fullLoad(round));

say('the same in the shape of kube-proxy');
const peer = await peerOf('ipvs', folder, state);

say('one change');
const executor = await BenchExecutor.at(state);
const changes: { took: number; floor: number }[] = [];
for (let turn = 0; turn <= CHANGES; turn += 1) {
  const service = executor.state.services[(turn * 7_919) % size];
  if (service === undefined) throw new Error('no services');
  const { took, runs } = await executor.change(withOtherEndpoint(service, 100 + turn));
  await bare(undone(runs));
  changes.push({ took, floor: await bare(runs) });
}
executor.close();
rmSync(folder, { recursive: true });

// The first change of a process is not like the others.
const settled = changes.slice(1);
printFigures([
  next(
    'full load',
    loads.map(({ value }) => value),
    loads.map(({ floor }) => floor),
    peer?.load,
  ),
  next(
    'one endpoint changed, p50',
    settled.map(({ took }) => took),
    settled.map(({ floor }) => floor),
    peer?.change,
  ),
]);
