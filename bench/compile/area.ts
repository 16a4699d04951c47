import { compile } from '@weft/compiler';
import { EMPTY_CONFIG, type Step } from '@weft/kernel';
import type { DesiredState } from '@weft/model';
import type { Host } from '@weft/reconcile';
import { Compilation } from '../../apps/node-executor/src/dataplane/compilation.ts';
import { type BenchBackend, fleetOfPairs, OWN_NODE, withOtherEndpoint } from '../dataplane/fleet.ts';
import type { Area, Measurement } from '../harness/area.ts';
import { figure } from '../harness/figure.ts';

const FULL = { quick: 5, thorough: 20 };
const CHANGES = { quick: 200, thorough: 2_000 };

/** Milliseconds of processor time: what others do to the machine meanwhile counts less. */
function processorTime(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** A host that does at once whatever it is told: what is left is compiling and comparing. */
const WILLING: Host = {
  observe: async () => EMPTY_CONFIG,
  run: async (_step: Step) => ({ argv: [], input: '', exitCode: 0, durationMs: 0, stderr: '' }),
};

function opened(desired: DesiredState): Compilation {
  const compilation = Compilation.of({ nodeId: OWN_NODE, desired, checksum: '', fromSnapshot: true, delta: null });
  compilation.account.fill(desired.services, EMPTY_CONFIG);
  return compilation;
}

const everything = (backend: BenchBackend): Measurement => ({
  name: `${backend}: everything`,
  sizes: [1_000, 10_000],
  quickSizes: [1_000],
  take: async (size, { quick }) => {
    const state = fleetOfPairs(backend, size);
    const rounds = Array.from({ length: FULL[quick ? 'quick' : 'thorough'] }, () => processorTime(() => compile(state, OWN_NODE)));
    return [figure({ name: `${backend}: everything, processor time`, size, unit: 'ms' }, rounds)];
  },
});

const oneEndpoint = (backend: BenchBackend): Measurement => ({
  name: `${backend}: one endpoint`,
  sizes: [1_000, 10_000, 50_000],
  quickSizes: [1_000, 10_000],
  take: async (size, { quick }) => {
    const state = fleetOfPairs(backend, size);
    const { account } = opened(state);
    const took: number[] = [];
    for (let turn = 0; turn < CHANGES[quick ? 'quick' : 'thorough']; turn += 1) {
      const service = state.services[(turn * 7_919) % size];
      if (service === undefined) throw new Error('no services');
      const changed = withOtherEndpoint(service, 100 + turn);
      const from = performance.now();
      await account.change(WILLING, new Map([[changed.id, changed]]));
      took.push(performance.now() - from);
    }
    return [
      figure({ name: `${backend}: one endpoint, compiled and compared`, size, unit: 'ms' }, took),
      figure({ name: `${backend}: one endpoint, compiled and compared, p99`, size, unit: 'ms' }, took, { share: 0.99 }),
    ];
  },
});

const BACKENDS: readonly BenchBackend[] = ['nftables', 'iptables-nft', 'ipvs'];

/** What rules a state comes to, without a kernel. */
export const compiling: Area = {
  summary: 'working out the rules of services of two endpoints, all and one change; without a kernel',
  sizeOf: 'services',
  measurements: BACKENDS.flatMap((backend) => [everything(backend), oneEndpoint(backend)]),
};
