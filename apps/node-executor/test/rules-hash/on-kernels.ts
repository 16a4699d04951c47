import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rulesHash } from '@weft/compiler';
import { RealHost } from '@weft/host';
import { type Backend, DEFAULT_CONTROL, type DesiredService, type DesiredState, type ReceiptReport, stateChecksum } from '@weft/model';
import { createLogger } from '@weft/telemetry';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dataplane } from '../../src/dataplane/dataplane.ts';
import { UNKNOWN_RULES } from '../../src/dataplane/known-rules.ts';
import { Recorder } from '../../src/dataplane/recorder.ts';
import { DesiredStore } from '../../src/disk/desired-store.ts';
import { ReceiptSpool } from '../../src/disk/receipt-spool.ts';
import { foundHash } from '../../src/rules-hash/found-hash.ts';
import { CLUSTER, NODE, pod, service } from '../support/objects.ts';
import { createOwnHost, type OwnHost } from '../support/own-host.ts';

const ENDPOINTS = ['100.64.1.11', '100.64.1.12', '100.64.2.11', '203.0.113.7'];

/** What a service may ask for beside its endpoints, as far as every backend can do it. */
const asked: fc.Arbitrary<Partial<DesiredService>> = fc.record({
  sessionAffinity: fc.constantFrom('None' as const, 'ClientIP' as const),
  externalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const),
  internalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const),
  loadBalancerSourceRanges: fc.subarray(['198.51.100.0/24', '192.0.2.0/24']),
});

/** One change: a service as it is from now on, or whether it goes, or other pods. */
const change = fc.record({
  number: fc.integer({ min: 1, max: 6 }),
  endpoints: fc.subarray(ENDPOINTS),
  asked,
  open: fc.boolean(),
  outside: fc.boolean(),
  goes: fc.integer({ max: 5 }).map((n) => n === 0),
  pods: fc.option(fc.subarray([1, 2, 3]), { freq: 3 }),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function serviceOf({ number, endpoints, asked: traffic, open, outside }: Change, revision: number): DesiredService {
  const { ports, ...rest } = service(number, endpoints);
  return {
    ...rest,
    ...traffic,
    loadBalancerIPs: outside ? [`203.0.113.${50 + number}`] : [],
    ports: ports.map((port) => ({ ...port, nodePort: open ? 30_000 + number : null })),
    revision,
  };
}

function next(state: DesiredState, made: Change): DesiredState {
  const revision = state.revision + 1;
  if (made.pods !== null) return { ...state, revision, pods: made.pods.map((n) => ({ ...pod(n), revision })) };
  const changed = serviceOf(made, revision);
  const others = state.services.filter(({ id }) => id !== changed.id);
  const services = made.goes ? others : [...others, changed].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ...state, revision, services };
}

/** The state of a node with nothing on it. */
function empty(backend: Backend, revision: number): DesiredState {
  return { epoch: 'e', revision, cluster: CLUSTER, nodes: [{ ...NODE, backend, revision }], pods: [], services: [] };
}

/** Puts it to real kernels: after every change of a walk, what the state hashes to, what the receipt says and what is listed is one. */
export function describeOnKernels(backends: readonly Backend[], steps: number): void {
  let own: OwnHost;
  let host: RealHost;
  let folder: string;
  let spool: ReceiptSpool;
  let recorder: Recorder;
  let dataplane: Dataplane;
  let held: DesiredState;
  let ids = 0;

  beforeAll(async () => {
    own = await createOwnHost();
    await own.must(['ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'lan']);
    await own.must(['ip', 'address', 'add', '192.0.2.1/24', 'dev', 'eth0']);
    await own.run(['modprobe', 'br_netfilter']);
    host = new RealHost({ workloadScript: '/nonexistent', enter: own.enter });
    folder = await mkdtemp(join(tmpdir(), 'weft-rules-hash-'));
    spool = new ReceiptSpool(join(folder, 'receipts'));
    await spool.load();
    recorder = new Recorder({ spool, now: Date.now, newIdBody: () => `r${++ids}`, log: createLogger('test', 'silent') });
    dataplane = new Dataplane({
      host,
      preflight: async () => null,
      store: new DesiredStore(join(folder, 'desired')),
      recorder,
      rules: UNKNOWN_RULES,
    });
    held = empty(backends[0] ?? 'nftables', 0);
  });
  afterAll(async () => {
    host.close();
    own.close();
    await rm(folder, { recursive: true });
  });

  /** Brings the host to a state and returns the receipts of that. */
  async function become(state: DesiredState): Promise<ReceiptReport[]> {
    const from = held;
    held = state;
    const fresh = <T extends { readonly revision: number }>(items: readonly T[]) =>
      items.filter(({ revision }) => revision > from.revision);
    const ids = new Set([...state.nodes, ...state.pods, ...state.services].map(({ id }) => id));
    const removed = [...from.nodes, ...from.pods, ...from.services].map(({ id }) => id).filter((id) => !ids.has(id));
    const pull = {
      ...state,
      kind: 'delta' as const,
      control: DEFAULT_CONTROL,
      checksum: '',
      nodes: fresh(state.nodes),
      pods: fresh(state.pods),
      services: fresh(state.services),
      removed,
    };
    await dataplane.converge({
      nodeId: NODE.id,
      desired: state,
      checksum: stateChecksum(state),
      fromSnapshot: false,
      delta: { from, pull },
    });
    expect(dataplane.failure).toBeNull();
    await recorder.finished;
    const receipts = spool.peek(64, 1024 * 1024);
    await spool.acknowledge(receipts.map(({ id }) => id));
    return receipts;
  }

  /** What is in the kernel, hashed. */
  async function found(): Promise<string> {
    const { standing } = dataplane;
    if (standing === null) throw new Error('nobody knows what is on the host');
    return foundHash(standing.compilation, await host.observe(standing.compilation.fixed.sysctls, { pods: true }));
  }

  describe.each(backends)('on a kernel, by %s', (backend) => {
    it('what a state comes to, what receipts say and what is listed hash to one', async () => {
      await become(empty(backend, held.revision + 1));
      let hashed = 0;
      for (const made of fc.sample(change, { numRuns: steps, seed: 7 })) {
        const receipts = await become(next(held, made));
        const wanted = rulesHash(held, NODE.id, []);
        for (const receipt of receipts) expect(receipt).toMatchObject({ toRevision: held.revision, rulesHash: wanted, leftOut: [] });
        expect(await found()).toBe(wanted);
        hashed += receipts.length;
      }
      expect(hashed).toBeGreaterThan(steps / 2);
    }, 300_000);
  });
}
