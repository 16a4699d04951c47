import { plan, service, tcp } from '@weft/testing/desired';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestFleet, type TestFleet } from '../test-fleet.ts';
import { applyTo, STANDS_MS, startPods } from './play.ts';

const VIP = plan.service(1);

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await createTestFleet();
  await startPods(fleet, 'ipvs');
}, STANDS_MS);
afterAll(() => fleet.destroy());

/** What comes of node 2's question who on its subnet has the service's address, which node 1 bears like every node. */
async function asked(): Promise<string> {
  const two = fleet.nodes[1];
  if (two === undefined) throw new Error('no nodes');
  await two.must(['ip', 'neigh', 'replace', VIP, 'dev', 'eth0', 'nud', 'none', 'use']);
  const entry = () => two.must(['ip', 'neigh', 'show', VIP, 'dev', 'eth0']);
  await expect.poll(entry, { timeout: 30_000, interval: 200 }).toMatch(/lladdr|FAILED/);
  const found = await entry();
  await two.must(['ip', 'neigh', 'del', VIP, 'dev', 'eth0']);
  return found.includes('lladdr') ? 'answered' : 'not answered';
}

it('a strict node answers nobody who asks on a link for addresses of services, any other does', async () => {
  const services = [service(1, [tcp(80, [plan.pod(2, 1)])])];
  const seen: string[] = [];
  for (const strictArp of [false, true]) {
    await applyTo(fleet, 'ipvs', { services, nodes: { 1: { strictArp } } });
    seen.push(await asked());
  }
  expect(seen).toEqual(['answered', 'not answered']);
});
