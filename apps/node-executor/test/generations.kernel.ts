import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealHost } from '@weft/host';
import { DEFAULT_CONTROL, type DesiredState, stateChecksum } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataplaneOn } from './support/dataplane-on.ts';
import { CLUSTER, NODE, service } from './support/objects.ts';
import { createOwnHost, type OwnHost } from './support/own-host.ts';

let host: OwnHost;
let real: RealHost;
let folder: string;
beforeEach(async () => {
  host = await createOwnHost();
  await host.must(['ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'lan']);
  await host.must(['ip', 'address', 'add', '192.0.2.1/24', 'dev', 'eth0']);
  real = new RealHost({ workloadScript: '/nonexistent', enter: host.enter });
  folder = await mkdtemp(join(tmpdir(), 'weft-generations-'));
});
afterEach(async () => {
  real.close();
  host.close();
  await rm(folder, { recursive: true });
});

const dataplane = () => dataplaneOn(real, folder);

/** Counts the transactions that change rules, whoever makes them, up to one of its own that it makes to know that it has heard of all. */
async function transactions(): Promise<() => Promise<number>> {
  const monitor = host.start(['stdbuf', '-oL', 'nft', 'monitor'], {});
  let heard = '';
  monitor.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    heard += piece;
  });
  let marks = 0;
  const mark = async () => {
    const name = `mark-${++marks}`;
    await host.must(['nft', 'add', 'table', 'inet', name]);
    return name;
  };
  const first = await eventually('the monitor', async () => {
    const name = await mark();
    return eventually(name, () => heard.includes(`inet ${name}\n`), { withinMs: 200 })
      .then(() => name)
      .catch(() => null);
  });
  return async () => {
    const last = await mark();
    await eventually(last, () => heard.includes(`inet ${last}\n`));
    const between = heard.slice(heard.indexOf(`inet ${first}\n`), heard.indexOf(`inet ${last}\n`));
    monitor.kill();
    // The first one's own.
    return between.split('# new generation').length - 2;
  };
}

const state = (revision: number, endpoint: string): DesiredState => ({
  epoch: 'e',
  revision,
  cluster: CLUSTER,
  nodes: [{ ...NODE, revision: 1 }],
  pods: [],
  services: [1, 2, 3].map((n) => ({ ...service(n, n === 1 ? [endpoint] : ['100.64.1.12']), revision: n === 1 ? revision : 1 })),
});

const wanted = (desired: DesiredState, from: DesiredState | null = null) => {
  const [changed] = desired.services;
  const pull = {
    ...desired,
    kind: 'delta' as const,
    control: DEFAULT_CONTROL,
    checksum: '',
    nodes: [],
    pods: [],
    services: changed === undefined ? [] : [changed],
    removed: [],
  };
  return { nodeId: NODE.id, desired, checksum: stateChecksum(desired), fromSnapshot: false, delta: from === null ? null : { from, pull } };
};

it('nothing to change is no transaction, after a restart neither; one change is one', { timeout: 60_000 }, async () => {
  const first = state(2, '100.64.1.11');
  await dataplane().converge(wanted(first));
  const count = await transactions();

  const restarted = dataplane();
  await restarted.converge(wanted(first));
  await restarted.converge(wanted({ ...first, revision: 3 }, first));
  restarted.distrust('pods');
  await restarted.converge(wanted(first));
  expect(restarted.failure).toBeNull();
  expect(await count()).toBe(0);

  const after = await transactions();
  await restarted.converge(wanted(state(4, '100.64.1.13'), first));
  expect(restarted.failure).toBeNull();
  expect(await after()).toBe(1);
});
