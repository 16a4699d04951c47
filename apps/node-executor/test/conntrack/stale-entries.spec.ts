import { type ConntrackEntry, matchesConntrackFilter } from '@weft/kernel';
import { DEFAULT_NETWORK, type DesiredService } from '@weft/model';
import { desired, endpoint, node, plan, service, tcp, udp } from '@weft/testing/desired';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlowTruth, staleEntries, staleFilters } from '../../src/conntrack/stale-entries.ts';
import { NO_FRONTENDS, type UdpFrontends, udpFrontends } from '../../src/conntrack/udp-frontends.ts';

const CLIENT = '192.0.2.77';
const HOST = plan.host(1);
const PUBLIC = '198.51.100.5';

const frontends = (services: readonly DesiredService[], of = node(1)): UdpFrontends =>
  udpFrontends(desired({ services, nodes: [of, node(2)] }), 'node_1');

const split = (text: string) => {
  const [address = '', port] = text.split(':');
  return { address, port: Number(port) };
};

/** A flow of the client to `address:port`, answered by another or, untranslated, by itself. */
function flow(to: string, by = to): ConntrackEntry {
  const [there, back] = [split(to), split(by)];
  return {
    original: { source: CLIENT, destination: there.address, sourcePort: 4000, destinationPort: there.port },
    reply: { source: back.address, destination: CLIENT, sourcePort: back.port, destinationPort: 4000 },
  };
}

function truth(wanted: UdpFrontends, former: UdpFrontends = NO_FRONTENDS): FlowTruth {
  const { podCidrs, serviceCidrs } = DEFAULT_NETWORK;
  return { wanted, former, podCidrs, serviceCidrs, localAddresses: new Set([HOST, '127.0.0.1']) };
}

const [one, two] = [`${plan.pod(1, 1)}:8080`, `${plan.pod(2, 1)}:8080`] as const;
const external = { externalIPs: [PUBLIC] };
const dns = (...endpoints: Parameters<typeof udp>[1]) => service(1, [udp(53, [...endpoints], { nodePort: 30053 })], external);

/** Every way to the service. */
const WAYS = [`${plan.service(1)}:53`, `${HOST}:30053`, `${PUBLIC}:53`] as const;

const isStale = (entry: ConntrackEntry, given: FlowTruth) => staleEntries([entry], given).length === 1;

describe.each(WAYS)('a UDP flow to %s', (way) => {
  const had = frontends([dns(one)]);

  it('stays while it leads to an endpoint', () => {
    expect(isStale(flow(way, one), truth(frontends([dns(one, two)]), had))).toBe(false);
  });

  it('is stale when its endpoint was replaced', () => {
    expect(isStale(flow(way, one), truth(frontends([dns(two)]), had))).toBe(true);
  });

  it('is stale when the service has no endpoint any more', () => {
    expect(isStale(flow(way, one), truth(frontends([dns()]), had))).toBe(true);
  });

  it('is stale when it is untranslated and there are endpoints now', () => {
    expect(isStale(flow(way), truth(frontends([dns(one)]), frontends([])))).toBe(true);
  });

  it('is stale when the service is gone', () => {
    expect(isStale(flow(way, one), truth(frontends([]), had))).toBe(true);
  });

  it('stays when the service is gone and it was never translated', () => {
    expect(isStale(flow(way), truth(frontends([]), had))).toBe(false);
  });

  it('stays while its endpoint is terminating and no other is ready; goes when one is', () => {
    const going = endpoint(one, { terminating: true });
    expect(isStale(flow(way, one), truth(frontends([dns(going)]), had))).toBe(false);
    expect(isStale(flow(way, one), truth(frontends([dns(going, two)]), had))).toBe(true);
  });

  it('stays when another endpoint is nearer', () => {
    const near = { ...dns(one, two), trafficDistribution: 'PreferSameNode' as const };
    expect(isStale(flow(way, two), truth(frontends([near]), had))).toBe(false);
  });

  it('is left alone when it leads where no endpoint ever was: somebody else translated it', () => {
    expect(isStale(flow(way, '192.0.2.200:53'), truth(frontends([dns(one)]), had))).toBe(false);
  });

  it('is stale when it leads to an endpoint outside the pod ranges that left', () => {
    const outside = frontends([dns('192.0.2.200:53')]);
    expect(isStale(flow(way, '192.0.2.200:53'), truth(frontends([dns(one)]), outside))).toBe(true);
  });
});

describe('what is no frontend', () => {
  const given = truth(frontends([dns(one), service(2, [tcp(80, [one])])]));

  it.each([
    ['the number of a node port at an address of somebody else', flow('203.0.113.9:30053')],
    ['the number of a node port on loopback', flow('127.0.0.1:30053')],
    ['another port of the node, translated into a pod by somebody else', flow(`${HOST}:5353`, two)],
    ['a pod itself', flow(two)],
    ['a TCP service’s address, untranslated', flow(`${plan.service(2)}:80`)],
  ])('%s is left alone', (_name, entry) => {
    expect(isStale(entry, given)).toBe(false);
  });

  it('a service address that nobody remembers, translated: its service went while nobody looked', () => {
    expect(isStale(flow(`${plan.service(99)}:53`, two), given)).toBe(true);
  });

  it('a node port at an address that node ports do not answer at', () => {
    const narrow = frontends([dns(one)], node(1, { nodePortAddresses: ['10.0.0.0/8'] }));
    const primary = frontends([dns(one)], node(1, { nodePortAddresses: ['primary'] }));
    expect(isStale(flow(`${HOST}:30053`), truth(narrow))).toBe(false);
    expect(isStale(flow(`${HOST}:30053`, one), truth(narrow, frontends([dns(one)])))).toBe(true);
    expect(isStale(flow(`${HOST}:30053`), truth(primary))).toBe(true);
  });
});

describe('policy Local', () => {
  it('keeps flows from inside to endpoints of other nodes by external ways, and none by the service address', () => {
    const local = { ...dns(one, two), internalTrafficPolicy: 'Local' as const, externalTrafficPolicy: 'Local' as const };
    const given = truth(frontends([local]));
    expect(isStale(flow(`${HOST}:30053`, two), given)).toBe(false);
    expect(isStale(flow(`${plan.service(1)}:53`, two), given)).toBe(true);
    expect(isStale(flow(`${plan.service(1)}:53`, one), given)).toBe(false);
  });
});

const addresses = fc.constantFrom(plan.service(1), plan.service(2), HOST, PUBLIC, plan.pod(1, 1), plan.pod(2, 1), '203.0.113.9');
const ports = fc.constantFrom(53, 30053, 8080);
const places = fc.tuple(addresses, ports).map(([address, port]) => `${address}:${port}`);
const flows = fc.array(
  fc.tuple(places, places).map(([to, by]) => flow(to, by)),
  { maxLength: 30 },
);
const states = fc
  .tuple(fc.subarray([one, two, '203.0.113.9:53']), fc.subarray([one, two]), fc.boolean())
  .map(([a, b, both]) => frontends(both ? [dns(...a), service(2, [udp(53, b), tcp(53, b)])] : [dns(...a)]));

describe('whatever is tracked and wanted', () => {
  it('what is deleted is what is stale', () => {
    fc.assert(
      fc.property(flows, states, states, (entries, wanted, former) => {
        const given = truth(wanted, former);
        const filters = staleFilters(entries, given);
        const named = entries.filter((entry) => filters.some((filter) => matchesConntrackFilter(entry, filter)));
        expect(named).toEqual(staleEntries(entries, given));
      }),
    );
  });

  it('each flow is judged by itself, and the rest is kept once the stale are gone', () => {
    fc.assert(
      fc.property(flows, states, states, (entries, wanted, former) => {
        const stale = new Set(staleEntries(entries, truth(wanted, former)));
        for (const entry of entries) expect(isStale(entry, truth(wanted, former))).toBe(stale.has(entry));
        expect(
          staleEntries(
            entries.filter((entry) => !stale.has(entry)),
            truth(wanted, former),
          ),
        ).toEqual([]);
      }),
    );
  });

  it('on a wanted frontend, a flow into a pod is stale exactly when the pod is no endpoint of it', () => {
    fc.assert(
      fc.property(flows, states, states, (entries, wanted, former) => {
        for (const entry of entries.filter(({ reply }) => reply.source.startsWith('100.64.'))) {
          const leads = wanted.byAddress.get(`${entry.original.destination}:${entry.original.destinationPort}`);
          if (leads === undefined) continue;
          expect(isStale(entry, truth(wanted, former))).toBe(!leads.has(`${entry.reply.source}:${entry.reply.sourcePort}`));
        }
      }),
    );
  });
});
