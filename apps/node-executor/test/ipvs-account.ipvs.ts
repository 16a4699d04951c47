import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealHost } from '@weft/host';
import type { IpvsOp, Step } from '@weft/kernel';
import { DEFAULT_CONTROL, type DesiredService, type DesiredState, stateChecksum } from '@weft/model';
import type { StepOutcome } from '@weft/reconcile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataplane } from '../src/dataplane/dataplane.ts';
import { WatchedHost } from './support/bench.ts';
import { dataplaneOn } from './support/dataplane-on.ts';
import { CLUSTER, NODE, service } from './support/objects.ts';
import { createOwnHost, type OwnHost } from './support/own-host.ts';

const COUNT = 240;
const OLD = '100.64.1.11';
const YOUNG = '100.64.2.12';
const address = (n: number) => `198.19.0.${10 + n}`;

/** An operation that makes one service at an address the kernel has no scheduler for. */
const spoiled = (op: IpvsOp, at: string): IpvsOp =>
  op.op === 'service-add' && 'address' in op.service.frontend && op.service.frontend.address === at
    ? { ...op, service: { ...op.service, scheduler: 'nosuch' } }
    : op;

/** The real host, on which the kernel refuses one service. */
class PickyHost extends WatchedHost {
  refuses = '';

  override run(step: Step): Promise<StepOutcome> {
    return super.run(step.tool === 'ipvs' ? { ...step, ops: step.ops.map((op) => spoiled(op, this.refuses)) } : step);
  }
}

let own: OwnHost;
let real: RealHost;
let host: PickyHost;
let folder: string;
let dataplane: Dataplane;
let held: DesiredState;

const start = () => dataplaneOn(host, folder);

const at = (revision: number, n: number, endpoints: readonly string[]): DesiredService => ({ ...service(n, endpoints), revision });

/** Brings the host to the state held, as it comes whole. */
const whole = () => dataplane.converge({ nodeId: NODE.id, desired: held, checksum: stateChecksum(held), fromSnapshot: true, delta: null });

/** Brings the host to the state held with some services changed, as a delta. */
async function change(...services: readonly DesiredService[]): Promise<void> {
  const from = held;
  const changed = new Map(services.map((one) => [one.id, one]));
  const kept = from.services.filter(({ id }) => !changed.has(id));
  held = { ...from, revision: from.revision + 1, services: [...kept, ...services].sort((a, b) => (a.id < b.id ? -1 : 1)) };
  const pull = {
    ...held,
    control: DEFAULT_CONTROL,
    kind: 'delta' as const,
    checksum: '',
    nodes: [],
    pods: [],
    services: [...services],
    removed: [],
  };
  await dataplane.converge({ nodeId: NODE.id, desired: held, checksum: stateChecksum(held), fromSnapshot: false, delta: { from, pull } });
}

/** What the kernel has behind a service: `address weight` each. */
async function behind(n: number): Promise<string[]> {
  const listed = await own.must(['ipvsadm', '-S', '-n']);
  return [...listed.matchAll(new RegExp(`^-a -t ${address(n)}:80 -r (\\S+):8080 -m -w (\\d+)$`, 'gm'))].map(
    ([, ip, weight]) => `${ip} ${weight}`,
  );
}

beforeAll(async () => {
  own = await createOwnHost();
  await own.must(['ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'lan']);
  await own.must(['ip', 'address', 'add', '192.0.2.1/24', 'dev', 'eth0']);
  await own.run(['modprobe', 'br_netfilter']);
  real = new RealHost({ workloadScript: '/nonexistent', enter: own.enter });
  host = new PickyHost(() => real as never);
  folder = await mkdtemp(join(tmpdir(), 'weft-account-'));
  const services = Array.from({ length: COUNT }, (_, i) => at(1, i + 1, [OLD]));
  services.sort((a, b) => (a.id < b.id ? -1 : 1));
  held = { epoch: 'e', revision: 1, cluster: CLUSTER, nodes: [{ ...NODE, backend: 'ipvs', revision: 1 }], pods: [], services };
  dataplane = start();
  await whole();
  expect(dataplane.failure).toBeNull();
});
afterAll(async () => {
  real.close();
  own.close();
  await rm(folder, { recursive: true });
});

describe(`on a kernel with ${COUNT} services of IPVS`, () => {
  it('all of them are there, and making them is a run of each tool', async () => {
    expect((await own.must(['ipvsadm', '-S', '-n'])).match(/^-A/gm)).toHaveLength(COUNT);
    expect(host.written.filter(({ tool }) => tool === 'ipvs' || tool === 'ipset')).toHaveLength(2);
    host.writes();
  });

  it('one changed service costs its own lines, whatever others there are', async () => {
    await change(at(2, 77, [YOUNG]));
    expect(dataplane.failure).toBeNull();
    expect(await behind(77)).toEqual([`${OLD} 0`, `${YOUNG} 1`]);
    expect(host.written.map((step) => ('ops' in step ? [step.tool, step.ops.length] : [step.tool]))).toEqual([['ipvs', 2]]);
    host.writes();
  });

  it('a restarted executor has nothing to write, nor has a verification, and what drained is gone', async () => {
    dataplane = start();
    await whole();
    expect(dataplane.failure).toBeNull();
    // Nobody was connected to what drained, which is known since somebody looked.
    expect(host.written.map((step) => ('ops' in step ? step.ops : step.tool))).toMatchObject([[{ op: 'destination-delete' }]]);
    host.writes();
    dataplane = start();
    await whole();
    dataplane.distrust('host');
    await whole();
    expect(dataplane.failure).toBeNull();
    expect(host.writes()).toBe(0);
  });

  it('of changes that the kernel refuses together the others are made, and the one is named, left out and tried again', async () => {
    host.refuses = address(COUNT + 3);
    const come = [1, 2, 3, 4].map((n) => at(3, COUNT + n, [YOUNG]));
    await change(...come, at(3, 5, [YOUNG]));
    expect(dataplane.failure?.message).toContain('Scheduler or persistence engine not found');
    expect(await Promise.all([1, 2, 3, 4].map((n) => behind(COUNT + n)))).toEqual([[`${YOUNG} 1`], [`${YOUNG} 1`], [], [`${YOUNG} 1`]]);
    expect(await behind(5)).toEqual([`${OLD} 0`, `${YOUNG} 1`]);
    host.refuses = '';
    await whole();
    await whole();
    expect(dataplane.failure).toBeNull();
    expect(await behind(COUNT + 3)).toEqual([`${YOUNG} 1`]);
  });
});
