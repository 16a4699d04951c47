import { NFT_COUNTING_SETS } from '@weft/compiler';
import { realCounterListings } from '@weft/host';
import type { Backend, DesiredState } from '@weft/model';
import { plan, service, tcp, udp } from '@weft/testing/desired';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CountedPorts } from '../../src/counters/counted-ports.ts';
import { readCounters } from '../../src/counters/service-counter.ts';
import { advance, EMPTY_TALLY, type Tally } from '../../src/counters/tally.ts';
import { createServiceHost, type ServiceHost } from '../support/service-host.ts';

const [one, two] = [plan.pod(1, 1), plan.pod(1, 2)];
const web = (...endpoints: readonly string[]) => [
  service(1, [tcp(80, endpoints, { name: 'http', nodePort: 30080 }), udp(53, endpoints)]),
  service(2, [tcp(80, endpoints)]),
];

let host: ServiceHost;
let tally: Tally;

async function count(backend: Backend, desired: DesiredState): Promise<Record<string, number>> {
  const listing = await realCounterListings({ nftSets: NFT_COUNTING_SETS, enter: host.enter }).list(backend);
  tally = advance(tally, backend, readCounters(backend, listing), new CountedPorts().in(desired, 'node_1'));
  return Object.fromEntries(Array.from(tally.ports, ([key, { connections }]) => [key, connections]));
}

/** IPVS adds up what its processors have counted every two seconds. */
async function expectCount(backend: Backend, desired: DesiredState, counted: Readonly<Record<string, number>>): Promise<void> {
  await expect.poll(() => count(backend, desired), { timeout: 20_000, interval: 500 }).toEqual(counted);
}

async function connect(times: number, protocol: 'tcp' | 'udp', address: string, port: number): Promise<void> {
  for (let n = 0; n < times; n += 1) expect(await (await host.client(protocol, address, port))()).toMatch(/^default/);
}

/** With real packets: each connection is counted once, for the port it was for, through changes of endpoints and of the backend. */
export function describeCounters(backends: readonly Backend[]): void {
  beforeEach(async () => {
    host = await createServiceHost();
    tally = EMPTY_TALLY;
  });
  afterEach(() => host.close());

  describe.each(backends)('%s', (backend) => {
    it('counts the connections to each port by every way, and goes on when endpoints and backends change', async () => {
      const first = await host.program(backend, web(one, two));
      await host.startServers();
      await connect(3, 'tcp', plan.service(1), 80);
      await connect(2, 'tcp', plan.host(1), 30080);
      await connect(4, 'udp', plan.service(1), 53);
      await connect(1, 'tcp', plan.service(2), 80);
      const counted = { 'svc_1 TCP 80': 5, 'svc_1 UDP 53': 4, 'svc_2 TCP 80': 1 };
      await expectCount(backend, first.desired, counted);
      const { packets, bytes } = tally.ports.get('svc_1 UDP 53') ?? {};
      // Four questions and four answers, and with IP and UDP headers more than 28 bytes each.
      expect([packets, (bytes ?? 0) > 8 * 28]).toEqual([8, true]);

      const second = await host.program(backend, web(two));
      await connect(1, 'tcp', plan.service(1), 80);
      await expectCount(backend, second.desired, { ...counted, 'svc_1 TCP 80': 6 });

      const other = backend === 'iptables' ? 'nftables' : 'iptables';
      const switched = await host.program(other, web(two));
      await connect(2, 'tcp', plan.host(1), 30080);
      await expectCount(other, switched.desired, { ...counted, 'svc_1 TCP 80': 8 });
    }, 240_000);
  });
}
