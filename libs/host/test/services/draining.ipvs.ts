import type { IpvsDestination } from '@weft/kernel';
import { eventually } from '@weft/testing';
import { plan, service, tcp } from '@weft/testing/desired';
import { startStorm } from '@weft/testing/storms';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestFleet, type TestFleet } from '../test-fleet.ts';
import { applyTo, startPods } from './play.ts';

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await createTestFleet();
  await startPods(fleet, 'ipvs');
});
afterAll(() => fleet.destroy());

const VIP = plan.service(1);
const [old, young] = [plan.pod(2, 1), plan.pod(3, 1)];

/** What node 1 has behind the service address. */
async function destinations(): Promise<readonly IpvsDestination[]> {
  const [at] = fleet.nodes;
  const { ipvs = [] } = (await at?.host.observe([], { pods: false })) ?? {};
  return ipvs.find(({ frontend }) => 'address' in frontend && frontend.address === VIP)?.destinations ?? [];
}

it('an endpoint that goes keeps its connections, gets no other, and is gone some time after the last one ended', async () => {
  const behind = (endpoint: string) => applyTo(fleet, 'ipvs', { services: [service(1, [tcp(80, [endpoint])])] });
  await behind(old);
  const open = await startStorm(fleet.onto({ pod: 1 }, []), VIP, 80, 1);
  await eventually('a connection', async () => (await fleet.nodes[0]?.must(['ipvsadm', '-L', '-n', '-c']))?.includes('ESTABLISHED'));
  await behind(young);

  expect(await fleet.ask({ pod: 1 }, VIP, 80)).toEqual([expect.stringContaining('default/pod-4')]);
  const [gone] = await destinations();
  expect(gone).toMatchObject({ ip: old, weight: 0 });
  expect(gone?.connections).toBeGreaterThan(0);
  await fleet.again();
  expect(await destinations()).toMatchObject([{ ip: old }, { ip: young }]);
  expect(await open.end()).toMatchObject({ outcomes: { answered: expect.any(Number) }, kept: expect.any(Number) });

  // IPVS remembers a connection for a while after its end.
  const left = async () => {
    await fleet.again();
    return (await destinations()).length === 1;
  };
  await eventually('its end', left, { withinMs: 300_000, everyMs: 10_000 });
  expect(await destinations()).toMatchObject([{ ip: young, weight: 1 }]);
}, 600_000);
