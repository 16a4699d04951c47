// Pods in a burst on a node with some services, in the network namespace that this process was started in. Prints figures as JSON, one a line.
// Arguments: pods in a burst, and `quick` or `thorough`.
import { BenchExecutor, type Run } from '../dataplane/executor.ts';
import { fleet, pod } from '../dataplane/fleet.ts';
import { prepareOwnNetwork } from '../dataplane/own-network.ts';
import { figure } from '../harness/figure.ts';
import { inTurns, type Sample } from '../harness/in-turns.ts';
import { printFigures } from '../harness/program.ts';
import { timeMaking, timeRuns, untilNoPods } from './bare-tools.ts';
import { CNI, cniRuns, hasCni } from './cni.ts';

const [sizeText = '', how = ''] = process.argv.slice(2);
const size = Number(sizeText);

const SERVICES = 100;
const ROUNDS = how === 'quick' ? 5 : 15;

prepareOwnNetwork('nftables');
const executor = await BenchExecutor.at(fleet('nftables', SERVICES));
const burst = (revision: number) => Array.from({ length: size }, (_, n) => pod(n + 1, revision));

let revision = 100;
let runs: readonly Run[] = [];

/** The executor makes pods, from the answer that has them to the last line of their network. They are taken away again, which is not counted. */
async function ours(): Promise<number> {
  const made = burst(++revision);
  const { took, runs: done } = await executor.changePods(made);
  runs = done;
  await executor.removePods(made, ++revision);
  await noPods();
  return took / size;
}

/** The same texts for bare ip, one after the other; the service rules' part is left out. */
async function floor(): Promise<number> {
  const took = timeMaking(runs.filter(({ argv }) => argv[0] === 'ip'));
  await noPods();
  return took / size;
}

async function peer(round: number): Promise<number> {
  const took = timeMaking(cniRuns(size, round, executor.folder));
  await noPods();
  return took / size;
}

// Where the bare tools work, the bridge is there before the pods as well.
timeRuns([{ argv: ['ip', '-batch', '-'], input: 'link add weft0 type bridge\nlink set weft0 up\n' }]);
const noPods = untilNoPods();
const sides: Record<string, Sample> = hasCni() ? { ours, floor, peer } : { ours, floor };
const samples: Partial<Record<string, number[]>> = await inTurns(ROUNDS, sides);
executor.close();
const beside = {
  floor: { name: 'bare ip -batch, same texts', samples: samples.floor ?? [] },
  peer: samples.peer === undefined ? null : { name: CNI, samples: samples.peer },
};
const each = samples.ours ?? [];
const shown = figure({ name: 'network of one pod of a burst', size, unit: 'ms' }, each, beside);
const rate = figure(
  { name: 'pods a second', size, unit: 'per second' },
  each.map((ms) => 1_000 / ms),
);
printFigures([samples.peer === undefined ? { ...shown, peerName: `${CNI}: not installed` } : shown, rate]);
