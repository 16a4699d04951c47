import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '@weft/compiler';
import { FakeHost } from '@weft/host';
import { Backend, DEFAULT_CONTROL, type DesiredPull, type DesiredService, type DesiredState, podNetnsName } from '@weft/model';
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
  kernel = new FakeHost();
  host = new WatchedHost(() => kernel);
  dataplane = dataplaneOn(host, folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** A service that tells when it is compiled; being written to disk is not. */
function counted(n: number, revision: number, endpoints: readonly string[]): DesiredService {
  const { ports, ...rest } = service(n, endpoints);
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

const stands = async (desired: DesiredState) => diff(compile(desired, NODE.id), await kernel.observe([], { pods: true }));

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
    // What drains on ipvs goes with the next look.
    const left = (await stands(next)).filter(({ tool }) => tool !== 'sysctl');
    expect(left.every(({ tool }) => backend === 'ipvs' && tool === 'ipvs')).toBe(true);
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
