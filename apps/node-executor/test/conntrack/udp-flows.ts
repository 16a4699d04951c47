import { realConntrack } from '@weft/host';
import type { Backend, DesiredService } from '@weft/model';
import { createLogger } from '@weft/telemetry';
import { plan, service, tcp, udp } from '@weft/testing/desired';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StaleFlows } from '../../src/conntrack/stale-flows.ts';
import { createServiceHost, type ServiceHost } from '../support/service-host.ts';

const PUBLIC = '203.0.113.101';
const [one, two] = [plan.pod(1, 1), plan.pod(1, 2)];

let host: ServiceHost;
let flows: StaleFlows;
let backend: Backend;

/** Brings the kernel to services, without a look at flows. */
const program = (...services: readonly DesiredService[]) => host.program(backend, services);

/** The same, and then the look. */
async function apply(...services: readonly DesiredService[]): Promise<void> {
  flows.applied(await program(...services));
  await flows.settled();
}

const dns = (...endpoints: readonly string[]) =>
  service(1, [tcp(53, endpoints), udp(53, endpoints, { nodePort: 30053 })], { externalIPs: [PUBLIC] });

const tracked = async (...which: readonly string[]) => (await host.must(['conntrack', '-L', ...which])).split('\n').filter(Boolean);

/** Numbers of the entries that lead from one address to another; the kernel gives a new entry a new one. */
const entryIds = async (...which: readonly string[]) =>
  (await tracked('-o', 'id', '-p', 'udp', ...which)).map((line) => /id=(\d+)/.exec(line)?.[1]).sort();

const WAYS = [
  ['the service address', plan.service(1), 53],
  ['a node port', plan.host(1), 30053],
  ['an external address', PUBLIC, 53],
] as const;

/** What somebody is told whom no pod answers. */
const NOBODY: string = expect.not.stringMatching(/^default/);

/** A client of the service by each way. Gives what asks all of them at once. */
async function everyWay(): Promise<() => Promise<Readonly<Record<string, string>>>> {
  const clients = await Promise.all(WAYS.map(async ([way, address, port]) => [way, await host.client('udp', address, port)] as const));
  return async () => Object.fromEntries(await Promise.all(clients.map(async ([way, ask]) => [way, await ask()] as const)));
}

const byEveryWay = (answer: string) => Object.fromEntries(WAYS.map(([way]) => [way, answer]));

/** With real packets: who talks over UDP to a service moves with its endpoints, in every case and by every way, and nobody else is touched. */
export function describeUdpFlows(backends: readonly Backend[]): void {
  beforeEach(async () => {
    host = await createServiceHost();
    flows = new StaleFlows(realConntrack(host.enter), createLogger('test', 'silent'));
    // What ends here was ended by us: nothing times out, however slow the kernel is.
    for (const timeout of ['nf_conntrack_udp_timeout', 'nf_conntrack_udp_timeout_stream'])
      await host.must(['sysctl', '-q', '-w', `net.netfilter.${timeout}=3600`]);
  });
  afterEach(() => host.close());

  describe.each(backends)('%s', (named) => {
    // IPVS forgets by itself: UDP flows with their destination, and all connections with their service.
    const forgets = named === 'ipvs';
    beforeEach(() => {
      backend = named;
    });

    it('connected UDP clients move, by every way, when their endpoint is replaced, and are refused when none is left or the service goes', async () => {
      await apply(dns(one));
      await host.startServers();
      const askAll = await everyWay();
      const stays = await host.client('tcp', plan.service(1), 53);
      expect(await askAll()).toEqual(byEveryWay('default/pod-1'));
      expect(await stays()).toBe('default/pod-1');

      const replaced = await program(dns(two));
      if (!forgets) expect(await askAll(), 'what happens without us').toEqual(byEveryWay('default/pod-1'));
      flows.applied(replaced);
      await flows.settled();
      expect(await askAll()).toEqual(byEveryWay('default/pod-2'));
      expect(await stays(), 'TCP').toBe('default/pod-1');

      await apply(dns());
      expect(await askAll()).toEqual(byEveryWay(NOBODY));
      await apply(dns(one));
      expect(await askAll()).toEqual(byEveryWay('default/pod-1'));
      await apply();
      expect(await askAll()).toEqual(byEveryWay(NOBODY));
      if (forgets) return;
      expect(await stays(), 'TCP, without a service').toBe('default/pod-1');
      expect(flows.deleted).toBeGreaterThanOrEqual(3 * WAYS.length);
    });

    it('connected UDP clients that were there before the service are served, by every way, when it comes', async () => {
      // A gateway that never answers: packets to nowhere leave the host, and are tracked.
      await host.must(['ip', 'route', 'add', 'default', 'via', '192.0.2.250']);
      const askAll = await everyWay();
      expect(await askAll()).toEqual(byEveryWay(NOBODY));
      for (const [way, address] of WAYS) expect(await tracked('-p', 'udp', '-d', address), way).toHaveLength(1);

      const first = await program(dns(one));
      await host.startServers();
      expect(await askAll(), 'what happens without us').toEqual(byEveryWay(NOBODY));
      flows.applied(first);
      await flows.settled();
      expect(await askAll()).toEqual(byEveryWay('default/pod-1'));
    });

    it('ends no good flow and nothing of somebody else’s NAT', async () => {
      await apply(dns(one, two));
      await host.startServers();
      const asks = await Promise.all(Array.from({ length: 12 }, () => host.client('udp', plan.service(1), 53)));
      const foreign = await host.client('udp', '198.51.100.7', 7777);
      const before = await Promise.all(asks.map((ask) => ask()));
      expect(new Set(before)).toEqual(new Set(['default/pod-1', 'default/pod-2']));
      expect(await foreign()).toBe('default/pod-1');
      const good = await entryIds('-d', plan.service(1), '-r', two);
      const others = await entryIds('-d', '198.51.100.7');

      await apply(dns(two));
      expect(await Promise.all(asks.map((ask) => ask()))).toEqual(asks.map(() => 'default/pod-2'));
      expect(await entryIds('-d', plan.service(1), '-r', two)).toEqual(expect.arrayContaining(good));
      expect(flows.deleted).toBe(forgets ? 0 : before.filter((answer) => answer === 'default/pod-1').length);
      expect(await foreign()).toBe('default/pod-1');
      expect(await entryIds('-d', '198.51.100.7')).toEqual(others);

      // A new executor, as after a restart, finds nothing to do.
      flows = new StaleFlows(realConntrack(host.enter), createLogger('test', 'silent'));
      const all = await entryIds();
      await apply(dns(two));
      expect(flows.deleted).toBe(0);
      expect(await entryIds()).toEqual(all);
    });
  });
}
