// One backend at one size, in the network namespace that this process was started in. Prints figures as JSON, one a line.
// Arguments: backend, number of services.
import { execFileSync } from 'node:child_process';
import { BenchExecutor } from '../dataplane/executor.ts';
import { type BenchBackend, fleet, withOtherEndpoint } from '../dataplane/fleet.ts';
import { prepareOwnNetwork } from '../dataplane/own-network.ts';
import { figure } from '../harness/figure.ts';
import { printFigures } from '../harness/program.ts';
import { Unrecorded } from './unrecorded.ts';

const [backend, sizeText] = process.argv.slice(2) as [BenchBackend, string];
const size = Number(sizeText);

prepareOwnNetwork(backend);
const state = fleet(backend, size);

/** Rounds, and changes in each; the first few of a round are not counted. */
const [ROUNDS, CHANGES, WARM] = backend === 'nftables' ? [6, 60, 10] : [4, 10, 2];

/** Takes away all rules in this namespace. */
function clear(): void {
  for (const table of ['nat', 'mangle', 'filter']) for (const what of ['-F', '-X']) execFileSync('iptables', ['-t', table, what]);
  execFileSync('nft', ['flush', 'ruleset']);
}

interface Took {
  readonly load: number[];
  readonly change: number[];
}

/** A load of everything, then changes of one endpoint each. */
async function round(took: Took, recorded: boolean): Promise<void> {
  clear();
  const startedAt = performance.now();
  const executor = await BenchExecutor.at(state, recorded ? undefined : (parts) => new Unrecorded(parts));
  took.load.push(performance.now() - startedAt);
  for (let turn = 0; turn < CHANGES; turn += 1) {
    const revision = 100 + turn;
    const service = executor.state.services[(revision * 7_919) % size];
    if (service === undefined) throw new Error('no services');
    const { took: ms } = await executor.change(withOtherEndpoint(service, revision));
    if (turn >= WARM) took.change.push(ms);
  }
  executor.close();
}

const recorded: Took = { load: [], change: [] };
const bare: Took = { load: [], change: [] };
for (let turn = 0; turn < ROUNDS; turn += 1) {
  // In turns, and each first as often as last: neither has the quieter machine.
  const [first, second] = turn % 2 === 0 ? [recorded, bare] : [bare, recorded];
  await round(first, first === recorded);
  await round(second, second === recorded);
}

const WHAT = [
  ['everything at once, p50', 'load', 0.5],
  ['one endpoint changed, p50', 'change', 0.5],
  ['one endpoint changed, p99', 'change', 0.99],
] as const;
printFigures(
  WHAT.map(([name, of, share]) =>
    figure({ name: `${backend}: ${name}`, size, unit: 'ms' }, recorded[of], {
      share,
      floor: { name: 'the same, nothing recorded', samples: bare[of] },
    }),
  ),
);
