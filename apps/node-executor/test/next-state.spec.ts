import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '@weft/compiler';
import { FakeHost } from '@weft/host';
import type { Step } from '@weft/kernel';
import {
  Backend,
  DEFAULT_CONTROL,
  type DesiredNode,
  type DesiredPull,
  type DesiredService,
  type DesiredState,
  podNetnsName,
} from '@weft/model';
import { diff } from '@weft/reconcile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dataplane, Wanted } from '../src/dataplane/dataplane.ts';
import { WatchedHost } from './support/bench.ts';
import { dataplaneOn } from './support/dataplane-on.ts';
import { CLUSTER, NODE, pod, service } from './support/objects.ts';

const SERVICES = 50;

let folder: string;
let kernel: FakeHost;
let host: WatchedHost;
let dataplane: Dataplane;
/** Services whose ports somebody asked for: whoever compiles one does. */
const asked = new Set<string>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-test-'));
  // The way to other nodes.
  kernel = new FakeHost({ start: { addresses: [{ netns: null, device: 'eth0', cidr: NODE.address ?? '' }] } });
  host = new WatchedHost(() => kernel);
  dataplane = dataplaneOn(host, folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** A service that tells when it is compiled; being written to disk is not. */
function counted(n: number, revision: number, endpoints: readonly string[], over: Partial<DesiredService> = {}): DesiredService {
  const { ports, ...rest } = { ...service(n, endpoints), ...over };
  return {
    ...rest,
    revision,
    get ports() {
      asked.add(rest.id);
      return ports;
    },
    toJSON: () => ({ ...rest, revision, ports }),
  } as DesiredService;
}

/** Has the dataplane take a state in, `from` which it came by a delta; null: it came whole. Returns the services that were compiled for it. */
async function converge(desired: DesiredState, from: DesiredState | null, pull: Partial<DesiredPull> = {}): Promise<string[]> {
  const { cluster, epoch, revision } = desired;
  const told = {
    control: DEFAULT_CONTROL,
    cluster,
    epoch,
    revision,
    checksum: '',
    nodes: [],
    pods: [],
    services: [],
    removed: [],
    ...pull,
  };
  const delta = from === null ? null : { from, pull: { kind: 'delta', ...told } as DesiredPull };
  const wanted: Wanted = { nodeId: NODE.id, desired, checksum: String(revision), fromSnapshot: from === null, delta };
  asked.clear();
  await dataplane.converge(wanted);
  return [...asked];
}

/** What has not come about of a state; but what drains on ipvs, which goes with the next look. */
async function lacking(desired: DesiredState): Promise<Step[]> {
  const backend = desired.nodes.find(({ id }) => id === NODE.id)?.backend;
  const left = diff(compile(desired, NODE.id), await kernel.observe([], { pods: true }));
  return left.filter(({ tool }) => tool !== 'sysctl' && !(backend === 'ipvs' && tool === 'ipvs'));
}

function begin(backend: Backend): DesiredState {
  const pods = [pod(1), pod(2)].map((one) => ({ ...one, revision: 1 }));
  const services = Array.from({ length: SERVICES }, (_, n) => counted(n, 1, ['100.64.1.11']));
  return { epoch: 'e', revision: 1, cluster: CLUSTER, nodes: [{ ...NODE, backend, revision: 1 }], pods, services };
}

/** Pod 3 comes, pod 1 goes, and service 7 leads there instead. */
function replaced(state: DesiredState): { readonly next: DesiredState; readonly pull: Partial<DesiredPull> } {
  const come = { ...pod(3), revision: 2 };
  const changed = counted(7, 2, ['100.64.1.13']);
  const pods = [...state.pods.filter(({ id }) => id !== 'pod_p1'), come];
  const services = state.services.map((one) => (one.id === changed.id ? changed : one));
  return { next: { ...state, revision: 2, pods, services }, pull: { pods: [come], services: [changed], removed: ['pod_p1'] } };
}

describe.each(Backend.options)('pods and services that change together, on %s', (backend) => {
  it('cost what changed: no other service is compiled', async () => {
    const state = begin(backend);
    expect(await converge(state, null)).toHaveLength(SERVICES);
    const { next, pull } = replaced(state);
    expect(await converge(next, state, pull)).toEqual(['svc_s7']);
    expect(dataplane.failure).toBeNull();
    expect(dataplane.applied?.revision).toBe(2);
    expect(await lacking(next)).toEqual([]);
    const others = { ...next, revision: 3, nodes: next.nodes.map((node) => ({ ...node, revision: 3 })) };
    expect(await converge(others, next)).toHaveLength(SERVICES);
  });

  it('come before services lead to them, and go when none does any more', async () => {
    const state = begin(backend);
    await converge(state, null);
    host.writes();
    const { next, pull } = replaced(state);
    await converge(next, state, pull);
    const steps = host.written.map((step) => JSON.stringify(step));
    const led = steps.findIndex((step) => step.includes('100.64.1.13') && step.includes('8080'));
    const made = steps.findLastIndex((step) => step.includes(`"netns":"${podNetnsName('pod_p3')}"`));
    const gone = steps.findIndex((step) => step.includes('netns-delete') && step.includes(podNetnsName('pod_p1')));
    expect([made, led, gone].every((at) => at >= 0)).toBe(true);
    expect(made).toBeLessThan(led);
    expect(led).toBeLessThan(gone);
  });

  it('do not keep one another from being changed, and what failed is tried again', async () => {
    const state = begin(backend);
    await converge(state, null);
    const { next, pull } = replaced(state);
    host.fail = (step) => (step.tool === 'netns-add' ? 'no space' : null);
    await converge(next, state, pull);
    expect(dataplane.failure?.message).toContain('no space');
    expect(dataplane.applied?.revision).toBe(1);
    expect(host.written.some((step) => JSON.stringify(step).includes('100.64.1.13'))).toBe(true);
    host.fail = () => null;
    await converge(next, null);
    expect(dataplane.failure).toBeNull();
    expect(dataplane.applied?.revision).toBe(2);
  });
});

const NEAR = 9;

/** Another node: on the same subnet, or behind a router. */
const other = (n: number, zone: string | null, address = `192.0.2.${n}/24`): DesiredNode => ({
  ...NODE,
  ...{ id: `node_n${n}`, name: `n${n}`, revision: n, zone, address, podBlocks: [`100.64.${n}.0/24`] },
});

/** A service that prefers its own zone, with an endpoint on each of nodes 2 and 3. */
function preferring(revision = 1): DesiredService {
  const endpoints = [2, 3].map((n) => ({ ip: `100.64.${n}.11`, port: 8080, node: `node_n${n}` as const, weight: 1, terminating: false }));
  const ports = [{ name: null, protocol: 'TCP' as const, port: 80, nodePort: null, endpoints }];
  return counted(NEAR, revision, [], { trafficDistribution: 'PreferSameZone', ports });
}

describe.each(Backend.options)('other nodes, on %s', (backend) => {
  it('come, move and go at the cost of the ways to them, and of services that prefer the near', async () => {
    const bare = begin(backend);
    const own = bare.nodes.map((node) => ({ ...node, zone: 'a' }));
    let state: DesiredState = { ...bare, nodes: own, services: bare.services.map((one, n) => (n === NEAR ? preferring() : one)) };
    expect(await converge(state, null)).toHaveLength(SERVICES);
    const far = '198.51.100.3/24';
    const near = [`svc_s${NEAR}`];
    for (const [others, compiled] of [
      [[other(2, null)], []],
      [[other(2, null), other(3, 'a', far)], near],
      [[other(2, 'a'), other(3, 'a', far)], near],
      [[other(2, 'a', '192.0.2.22/24'), other(3, 'a', far)], []],
      [[other(2, 'b'), other(3, 'a', far)], near],
      [[other(3, 'a', far)], near],
      [[], near],
    ] as const) {
      const next = { ...state, revision: state.revision + 1, nodes: [...own, ...others] };
      expect(await converge(next, state)).toEqual(compiled);
      expect(dataplane.failure).toBeNull();
      expect(dataplane.applied?.revision).toBe(next.revision);
      expect(await lacking(next)).toEqual([]);
      state = next;
    }
  });

  it('are nothing to record and to read back when nothing leads to them', async () => {
    const state = begin(backend);
    await converge(state, null);
    const { applies } = dataplane;
    const unknown = { ...other(2, 'b'), address: null };
    for (const [revision, nodes] of [
      [2, [...state.nodes, unknown]],
      [3, [...state.nodes, { ...unknown, mtu: 9000 }]],
    ] as const) {
      const next = { ...state, revision, nodes };
      expect(await converge(next, state)).toEqual([]);
      expect(dataplane.applied?.revision).toBe(revision);
      expect(dataplane.applies).toBe(applies);
      expect(await lacking(next)).toEqual([]);
    }
  });

  it('that contradict each other are no fault of the host', async () => {
    const state = begin(backend);
    await converge(state, null);
    const twice = [other(2, null), { ...other(3, null), podBlocks: other(2, null).podBlocks }];
    await converge({ ...state, revision: 2, nodes: [...state.nodes, ...twice] }, state);
    expect(dataplane.failure?.code).toBe('CompileFailed');
    expect(dataplane.applied?.revision).toBe(1);
    await converge({ ...state, revision: 3 }, state);
    expect(dataplane.failure).toBeNull();
  });

  it('do not make a service lead anywhere else that changes with them', async () => {
    const bare = begin(backend);
    const own = bare.nodes.map((node) => ({ ...node, zone: 'a' }));
    const state = { ...bare, nodes: own };
    await converge(state, null);
    const service = preferring(2);
    const services = state.services.map((one, n) => (n === NEAR ? service : one));
    const next = { ...state, revision: 2, nodes: [...own, other(2, 'a'), other(3, 'b')], services };
    expect(await converge(next, state, { services: [service] })).toEqual([`svc_s${NEAR}`]);
    expect(await lacking(next)).toEqual([]);
  });
});
