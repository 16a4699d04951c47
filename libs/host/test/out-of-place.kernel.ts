import { plan, service, tcp } from '@weft/testing/desired';
import { startLightServer } from '@weft/testing/storms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFleet, type TestFleet } from './test-fleet.ts';

/** Where the server outside sends a segment out of place before each answer. */
const STRAY_PORT = 8082;
/** How long a reset may take to come of it on a busy machine. Whoever asks waits for 3 s: an answer that no reset came before is seen. */
const STRAYS_MS = 1_500;

let fleet: TestFleet;
let endServer: (() => Promise<void>) | undefined;
beforeAll(async () => {
  fleet = await createTestFleet();
  endServer = await startLightServer(fleet.onto('outside', []), {
    identity: 'outside',
    protocol: 'tcp',
    port: STRAY_PORT,
    straysMs: STRAYS_MS,
  });
});
afterAll(async () => {
  await endServer?.();
  await fleet.destroy();
});

/**
 * The limit that decision 0024 names: what is masqueraded is answered to the node's own address, and what comes there may be for a connection of the node. What pods send
 * is a case of the suite of services.
 */
describe.each(['nftables', 'iptables'] as const)('a segment out of place from a host outside, %s', (backend) => {
  const to = (port: number) => [`${plan.outside}:${port}`];
  const services = [service(1, [tcp(80, to(STRAY_PORT)), tcp(81, to(8080))])];
  // Beside the range of node ports, where such segments are dropped: else one connection in twenty is masqueraded to a port of it, and lives.
  const cluster = { masqueradePorts: { from: 40_000, to: 60_000 } };
  // One of the servers says the port as well.
  const answer = expect.stringContaining(`outside ${plan.host(1)}`);
  beforeAll(() => fleet.apply({ podLink: 'bridge', overlay: 'auto', backend, services, cluster }));

  const liberal = (value: 0 | 1) => fleet.nodes[0]?.must(['sysctl', '-w', `net.netfilter.nf_conntrack_tcp_be_liberal=${value}`]);

  it.each([
    ['a connection of a pod, masqueraded', plan.outside, [8080, STRAY_PORT]],
    ['one to a service whose endpoint that host is', plan.service(1), [81, 80]],
  ] as const)('ends %s, unless the node is liberal', async (_name, address, [orderly, stray]) => {
    expect(await fleet.ask({ pod: 1 }, address, orderly)).toEqual([answer]);
    await expect(fleet.ask({ pod: 1 }, address, stray)).rejects.toThrow('TimeoutError');
    await liberal(1);
    expect(await fleet.ask({ pod: 1 }, address, stray)).toEqual([answer]);
    await liberal(0);
  });
});
