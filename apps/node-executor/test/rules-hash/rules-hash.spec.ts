import { rulesHash } from '@weft/compiler';
import { type Backend, type DesiredState, makeId } from '@weft/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bench } from '../support/bench.ts';
import { CLUSTER, NODE, pod, service } from '../support/objects.ts';

type Act = (bench: Bench) => void | Promise<void>;

const ENDPOINTS = ['100.64.1.11', '100.64.1.12', '100.64.2.11', '100.64.2.12'];
const CONTESTED = { ...service(9, ENDPOINTS.slice(0, 1)), clusterIP: '198.19.0.11' };
const number = fc.integer({ min: 1, max: 5 });

const changed = fc.tuple(number, fc.subarray(ENDPOINTS)).map(
  ([n, endpoints]): Act =>
    (bench) => {
      bench.controlPlane.put('services', service(n, endpoints));
    },
);

const removed = fc.tuple(fc.constantFrom('svc_s', 'pod_p'), number).map(
  ([id, n]): Act =>
    (bench) => {
      bench.controlPlane.remove(`${id}${n}`);
    },
);

const podded = number.map(
  (n): Act =>
    (bench) => {
      bench.controlPlane.put('pods', pod(n));
    },
);

/** iptables has no way to tell that two services are at one address, which the control plane refuses anyway. */
const switched = fc.constantFrom<Backend[]>('nftables', 'iptables', 'ipvs').map(
  (backend): Act =>
    (bench) => {
      if (backend === 'iptables') bench.controlPlane.remove(CONTESTED.id);
      bench.controlPlane.put('nodes', { ...NODE, backend });
    },
);

const joined = number.map(
  (n): Act =>
    (bench) => {
      bench.controlPlane.put('nodes', {
        ...NODE,
        id: makeId('node', `o${n}`),
        name: `o${n}`,
        address: `198.51.100.${20 + n}/24`,
        podBlocks: [`100.64.${n + 1}.0/24`],
      });
    },
);

/** Two services at one address: the second is left out. */
const contested = fc.constant<Act>((bench) => {
  const own = bench.controlPlane.nodes.find(({ id }) => id === NODE.id);
  if (own?.backend !== 'iptables') bench.controlPlane.put('services', CONTESTED);
});

/** The kernel takes nothing that names one service's address. */
const refused = fc.tuple(number, fc.boolean()).map(
  ([n, refuses]): Act =>
    (bench) => {
      const address = `198.19.0.${10 + n}`;
      bench.host.fail = (step) => (refuses && JSON.stringify(step).includes(`${address} `) ? 'no' : null);
    },
);

const MEDDLED: Act = async (bench) => {
  if (bench.kernel.state.nftTables['ip weft'] !== undefined) await bench.removeServiceRules();
  bench.now += 60_000;
};

const restarted = fc.constant<Act>((bench) => bench.replaceExecutor().start());

const acts = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: changed },
    { weight: 2, arbitrary: removed },
    { weight: 2, arbitrary: podded },
    { weight: 1, arbitrary: switched },
    { weight: 1, arbitrary: joined },
    { weight: 2, arbitrary: contested },
    { weight: 3, arbitrary: refused },
    { weight: 1, arbitrary: fc.constant(MEDDLED) },
    { weight: 1, arbitrary: restarted },
  ),
  { minLength: 4, maxLength: 16 },
);

function stateOf({ controlPlane: { epoch, revision, nodes, pods, services } }: Bench): DesiredState {
  return { epoch, revision, cluster: CLUSTER, nodes, pods, services };
}

test('whatever happened, the rules that a state comes to hash to what the receipts say, and so does the kernel when it is read back', async () => {
  let [hashed, without] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom<Backend[]>('nftables', 'iptables', 'ipvs'), acts, async (backend, sequence) => {
      const bench = await Bench.make({ readBackSoonMs: 0 });
      const states = new Map<number, DesiredState>();
      bench.controlPlane.put('nodes', { ...NODE, backend });
      for (const act of sequence) {
        await act(bench);
        states.set(bench.controlPlane.revision, stateOf(bench));
        await bench.passAfter(10_000);
      }
      bench.host.fail = () => null;
      states.set(bench.controlPlane.revision, stateOf(bench));
      for (const _ of [1, 2]) await bench.passAfter(60_000);
      await bench.until(() => bench.readBacks.length > 0);
      if (!sequence.includes(MEDDLED)) expect(bench.readBacks).not.toContain(false);
      await bench.executor.pass();
      for (const receipt of bench.controlPlane.reports.flatMap(({ receipts }) => receipts)) {
        const state = states.get(receipt.toRevision);
        if (state === undefined) throw new Error(`a receipt of revision ${receipt.toRevision}, which never was wanted`);
        if (receipt.outcome === 'applied') expect(receipt.rulesHash).not.toBeNull();
        if (receipt.rulesHash === null) continue;
        hashed += 1;
        without += receipt.leftOut.length;
        expect(receipt.rulesHash, JSON.stringify(receipt)).toBe(rulesHash(state, NODE.id, receipt.leftOut));
      }
      await bench.close();
    }),
    { numRuns: 50 },
  );
  expect(hashed).toBeGreaterThan(100);
  expect(without).toBeGreaterThan(0);
}, 120_000);
