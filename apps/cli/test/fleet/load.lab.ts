import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type Lab } from '@weft/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Node, Pod, Service } from '../../src/api/fleet-api.ts';
import { KernelWrites } from './kernel-writes.ts';
import { LocalFleet } from './local-fleet.ts';
import { Storm } from './storms.ts';

const NODES = ['node-1', 'node-2'] as const;
const NODE_PORT = 30091;

/** Connections a second, of all clients together: so many are tried, and no fewer than these must come about. */
const RATE = { tried: 200, least: 150 } as const;

/** How often all endpoints are replaced at least. */
const GENERATIONS = 3;

/** Longest pause between one harm and the next, in milliseconds. */
const PAUSE_MAX_MS = 1_500;

describe('under 200 connections a second', () => {
  let fleet: LocalFleet;
  let lab: Lab;
  let client: Pod;
  let service: Service;

  beforeAll(async () => {
    fleet = await LocalFleet.place();
    await fleet.up(NODES.length);
    lab = await fleet.lab();
    client = await fleet.createPod('client', 'node-2', 'client');
    for (const node of NODES) await fleet.createPod(`first-${node}`, node, 'web');
    service = await fleet.createService('web', 'web', NODE_PORT);
  });
  afterAll(async () => {
    await fleet.weft('down', '--purge');
  });

  const blow = () => {
    const address = lab.hosts.find(({ name }) => name === 'node-1')?.address;
    return Promise.all([
      Storm.begin(lab, { host: 'node-2', netns: client.status.netns }, `http://${service.clusterIP}/`, RATE.tried / 2),
      Storm.begin(lab, { host: 'client' }, `http://${address}:${NODE_PORT}/`, RATE.tried / 2),
    ]);
  };

  /** Ends storms, of which nothing may have been lost. */
  const calm = async (storms: readonly Storm[]) => {
    const seen = await Promise.all(storms.map((storm) => storm.end()));
    expect(seen.map(({ outcomes }) => outcomes)).toEqual(seen.map(() => ({ answered: expect.any(Number) })));
    expect(seen.reduce((sum, { perSecond }) => sum + perSecond, 0)).toBeGreaterThanOrEqual(RATE.least);
  };

  const nodeOf = async (name: string): Promise<Node> => {
    const node = (await (await fleet.api()).nodes()).find((one) => one.name === name);
    if (node === undefined) throw new Error(`there is no ${name}`);
    return node;
  };

  /** Ends a node's executor, and waits until another one runs in its place and has told the control plane what is there. */
  const harm = async (node: string, signal: 'SIGTERM' | 'SIGKILL') => {
    const pid = (await fleet.run()).processes[node];
    if (pid === undefined) throw new Error(`${node} does not run`);
    process.kill(pid, signal);
    await eventually(`another executor of ${node}`, async () => (await fleet.run()).processes[node] !== pid, { withinMs: 30_000 });
    const { lastSeenAt: before } = (await nodeOf(node)).status;
    const back = async () => {
      const { phase, lastSeenAt } = (await nodeOf(node)).status;
      return phase === 'Ready' && lastSeenAt !== null && lastSeenAt !== before;
    };
    await eventually(`${node} to be Ready again`, back, { withinMs: 30_000, everyMs: 100 });
  };

  /** Harms one executor after the other, at moments of no order, until it is told to stop: each in both ways before any the second time. */
  const harmAll = () => {
    const harms = [...NODES.map((node) => [node, 'SIGKILL'] as const), ...NODES.map((node) => [node, 'SIGTERM'] as const)];
    const state = { rounds: 0, isOver: false };
    const done = (async () => {
      for (; ; state.rounds += 1)
        for (const [node, signal] of harms) {
          if (state.isOver) return;
          await sleep(Math.random() * PAUSE_MAX_MS);
          await harm(node, signal);
        }
    })();
    const stop = async () => {
      state.isOver = true;
      await done;
    };
    return { rounds: () => state.rounds, stop };
  };

  const podsBehind = async () => (await (await fleet.api()).pods()).filter(({ labels }) => labels.app === 'web');

  /** Replaces every endpoint as a rollout does: new ones are there before the old ones begin to go, and those are gone when no node sends them anything new. */
  const replaceAll = async (generation: string) => {
    const old = await podsBehind();
    for (const node of NODES) await fleet.createPod(`${generation}-${node}`, node, 'web');
    const ready = async () =>
      (await fleet.call<Service>('GET', `/services/${service.id}`)).status.endpoints.ready === old.length + NODES.length;
    await eventually('the new endpoints', ready, { withinMs: 30_000, everyMs: 100 });
    for (const { id } of old) {
      await fleet.call('DELETE', `/pods/${id}?gracePeriodSeconds=600`);
      await fleet.converged();
      await fleet.call('DELETE', `/pods/${id}?gracePeriodSeconds=0`);
    }
    await fleet.converged();
    const names = (await podsBehind()).map(({ name }) => name);
    expect(names.sort()).toEqual(NODES.map((node) => `${generation}-${node}`));
  };

  describe.each(['nftables', 'iptables'] as const)('%s', (backend) => {
    beforeAll(async () => {
      for (const node of NODES) await fleet.call<Node>('PATCH', `/nodes/${(await nodeOf(node)).id}`, { backend });
      await fleet.converged();
    });

    it('loses no connection while all endpoints are replaced and executors are restarted and killed', async () => {
      const storms = await blow();
      const harms = harmAll();
      for (let generation = 1; generation <= GENERATIONS || harms.rounds() === 0; generation += 1)
        await replaceAll(`${backend}-${generation}`);
      await harms.stop();
      await calm(storms);
    }, 300_000);

    it.each(['SIGTERM', 'SIGKILL'] as const)('writes nothing to the kernel after %s, and loses no connection', async (signal) => {
      await fleet.converged();
      const applies = async () => {
        const { items } = await fleet.call<{ items: { cause: string }[] }>('GET', '/receipts?limit=1000');
        return items.filter(({ cause }) => cause !== 'verification');
      };
      const before = await applies();
      const rules = () =>
        Promise.all(NODES.map(async (node) => (await lab.exec(node, ['iptables-save'])).stdout.replaceAll(/^[#:].*\n/gm, '')));
      const saved = await rules();
      const storms = await blow();
      const writes = await Promise.all(NODES.map((node) => KernelWrites.of(lab, node)));
      for (const node of NODES) await harm(node, signal);
      const seen = await Promise.all(writes.map((one) => one.end()));
      await calm(storms);
      expect(seen).toEqual(NODES.map(() => ({ transactions: 0, network: '' })));
      expect(await rules()).toEqual(saved);
      expect(await applies()).toEqual(before);
    });
  });
});
