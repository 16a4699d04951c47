// One backend at one size, in the network namespace that this process was started in. Prints figures as JSON, one a line.
// Arguments: backend, number of services.
import { BenchExecutor, type BenchExecutorOptions } from '../dataplane/executor.ts';
import { type BenchBackend, fleet, withOtherEndpoint } from '../dataplane/fleet.ts';
import { makeTwin, prepareOwnNetwork } from '../dataplane/own-network.ts';
import { figure } from '../harness/figure.ts';
import { printFigures } from '../harness/program.ts';
import { Unrecorded } from './unrecorded.ts';

const [backend, sizeText] = process.argv.slice(2) as [BenchBackend, string];
const size = Number(sizeText);

prepareOwnNetwork(backend);
const state = fleet(backend, size);

/** Loads of everything, and changes after the last of them; the first of these are not counted. */
const [LOADS, CHANGES, WARM] = backend === 'nftables' ? [4, 3_000, 300] : [2, 60, 10];

/** One side of the comparison, on a host of its own. */
interface Side {
  readonly executor: BenchExecutor;
  readonly took: number[];
  readonly settled: number[];
}

const loads: Record<'recorded' | 'bare', number[]> = { recorded: [], bare: [] };

/** A host of its own, brought to everything. */
async function side(kind: 'recorded' | 'bare', turn: number): Promise<Side> {
  const enter = makeTwin(`${kind}-${turn}`);
  const options: BenchExecutorOptions = kind === 'bare' ? { enter, recorderOf: (parts) => new Unrecorded(parts) } : { enter };
  const startedAt = performance.now();
  const executor = await BenchExecutor.at(state, options);
  loads[kind].push(performance.now() - startedAt);
  return { executor, took: [], settled: [] };
}

/** Both sides, each first as often as last: neither has the quieter machine. */
const inTurns = <T>(turn: number, pair: readonly [T, T]): readonly T[] => (turn % 2 === 0 ? pair : pair.toReversed());

async function change({ executor, took, settled }: Side, turn: number): Promise<void> {
  const revision = 100 + turn;
  const service = executor.state.services[(revision * 7_919) % size];
  if (service === undefined) throw new Error('no services');
  const done = await executor.change(withOtherEndpoint(service, revision));
  if (turn < WARM) return;
  took.push(done.took);
  settled.push(done.settled);
}

async function bothSides(turn: number): Promise<Record<'recorded' | 'bare', Side>> {
  const made: Partial<Record<'recorded' | 'bare', Side>> = {};
  for (const kind of inTurns(turn, ['recorded', 'bare'] as const)) made[kind] = await side(kind, turn);
  return made as Record<'recorded' | 'bare', Side>;
}

for (let turn = 1; turn < LOADS; turn += 1) for (const { executor } of Object.values(await bothSides(turn))) executor.close();
const { recorded, bare } = await bothSides(LOADS);
for (let turn = 0; turn < CHANGES; turn += 1) for (const one of inTurns(turn, [recorded, bare])) await change(one, turn);
for (const { executor } of [recorded, bare]) executor.close();

const WHAT = [
  ['everything at once, p50', loads.recorded, loads.bare, 0.5],
  ['one endpoint changed, p50', recorded.took, bare.took, 0.5],
  ['one endpoint changed, p99', recorded.took, bare.took, 0.99],
  ['the same until all is written down, p50', recorded.settled, bare.settled, 0.5],
] as const;
const compared = WHAT.map(([name, value, floor, share]) =>
  figure({ name: `${backend}: ${name}`, size, unit: 'ms' }, value, {
    share,
    floor: { name: 'the same, nothing recorded', samples: floor },
  }),
);
/** Of one change on both sides, one right after the other. */
const pairs = recorded.took.map((took, turn) => took / (bare.took[turn] ?? took));
printFigures([...compared, figure({ name: `${backend}: recorded ÷ not recorded, pair by pair`, size, unit: 'ratio' }, pairs)]);
