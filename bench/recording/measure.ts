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

/** Loads of everything after one that is not counted, and changes after the last of them; the first of these are not counted. */
const [LOADS, CHANGES, WARM] = backend === 'nftables' ? [16, 3_000, 300] : [4, 60, 10];

/** One side of the comparison, on a host of its own. */
interface Side {
  readonly executor: BenchExecutor;
  readonly took: number[];
  readonly settled: number[];
}

const loads: Record<'recorded' | 'bare', BenchExecutor['loaded'][]> = { recorded: [], bare: [] };

/** A host of its own, brought to everything. */
async function side(kind: 'recorded' | 'bare', turn: number): Promise<Side> {
  const enter = makeTwin(`${kind}-${turn}`);
  const options: BenchExecutorOptions = kind === 'bare' ? { enter, recorderOf: (parts) => new Unrecorded(parts) } : { enter };
  const executor = await BenchExecutor.at(state, options);
  if (turn > 0) loads[kind].push(executor.loaded);
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

for (let turn = 0; turn < LOADS; turn += 1) for (const { executor } of Object.values(await bothSides(turn))) executor.close();
const { recorded, bare } = await bothSides(LOADS);
for (let turn = 0; turn < CHANGES; turn += 1) for (const one of inTurns(turn, [recorded, bare])) await change(one, turn);
for (const { executor } of [recorded, bare]) executor.close();

/** Times of every load of one side, until its rules stand or until its receipt is written, in ms. */
const all = (kind: keyof typeof loads, until: 'took' | 'settled') => loads[kind].map((load) => load[until]);

const WHAT = [
  ['everything at once, p50', all('recorded', 'took'), all('bare', 'took'), 0.5],
  ['the same until its receipt is written, p50', all('recorded', 'settled'), all('bare', 'settled'), 0.5],
  ['one endpoint changed, p50', recorded.took, bare.took, 0.5],
  ['one endpoint changed, p99', recorded.took, bare.took, 0.99],
  ['one endpoint changed until all is written down, p50', recorded.settled, bare.settled, 0.5],
] as const;
const compared = WHAT.map(([name, value, floor, share]) =>
  figure({ name: `${backend}: ${name}`, size, unit: 'ms' }, value, {
    share,
    floor: { name: 'the same, nothing recorded', samples: floor },
  }),
);
/** Of one load or change on both sides, one right after the other. */
const pairs = (what: string, mine: readonly number[], theirs: readonly number[]) =>
  figure(
    { name: `${backend}: ${what}, recorded ÷ not recorded, pair by pair`, size, unit: 'ratio' },
    mine.map((took, turn) => took / (theirs[turn] ?? took)),
  );
printFigures([
  ...compared,
  pairs('everything at once', all('recorded', 'took'), all('bare', 'took')),
  pairs('the same until its receipt is written', all('recorded', 'settled'), all('bare', 'settled')),
  pairs('one endpoint changed', recorded.took, bare.took),
]);
