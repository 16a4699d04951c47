// IPVS at one size, in the network namespace that this process was started in. Prints figures as JSON, one a line. Argument: number of services.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealHost } from '@weft/host';
import { timeTool } from '../dataplane/bare-tool.ts';
import { BenchExecutor, type Run } from '../dataplane/executor.ts';
import { fleet, withOtherEndpoint } from '../dataplane/fleet.ts';
import { FULL_LOADS } from '../dataplane/full-load.ts';
import { prepareOwnNetwork } from '../dataplane/own-network.ts';
import { figure } from '../harness/figure.ts';
import { printFigures } from '../harness/program.ts';
import { undone } from './undo.ts';

const size = Number(process.argv[2]);
const LOADS = size >= 10_000 ? 1 : 3;
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

const next = (name: string, took: readonly number[], floor: readonly number[]) =>
  figure({ name: `ipvs: ${name}`, size, unit: 'ms' }, took, { floor: { name: 'bare tools, same text', samples: floor } });

say('full load');
const host = new RealHost({ workloadScript: '/nonexistent' });
const loads = await FULL_LOADS.ipvs(host, folder, state, LOADS);
host.close();

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
  ),
  next(
    'one endpoint changed, p50',
    settled.map(({ took }) => took),
    settled.map(({ floor }) => floor),
  ),
]);
