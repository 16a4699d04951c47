import { ipvsMarkedPorts, nftComment } from '@weft/compiler';
import { desired, node, plan, service, tcp, udp } from '@weft/testing/desired';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountedPorts } from '../../src/counters/counted-ports.ts';
import { readCounters, type ServiceCounter } from '../../src/counters/service-counter.ts';
import { advance, EMPTY_TALLY, type Tally, tallyKey } from '../../src/counters/tally.ts';
import { PORTS_SHOWN, portsShown } from '../../src/counters/traffic-metrics.ts';

const LONG = { namespace: 'n'.repeat(63), name: 's'.repeat(63) };
const STATE = desired({
  nodes: [node(1, { backend: 'ipvs' }), node(2)],
  services: [
    service(1, [tcp(80, [plan.pod(1, 1), plan.pod(2, 1)], { name: 'http', nodePort: 30080 }), udp(53, [])], {
      externalIPs: ['203.0.113.7'],
      externalTrafficPolicy: 'Local',
    }),
    service(2, [tcp(80, [], { name: 'p'.repeat(15) })], LONG),
  ],
});
const countedPorts = (state: typeof STATE, nodeId: string) => new CountedPorts().in(state, nodeId);
const whose = countedPorts(STATE, 'node_1');

const counter = (of: string, connections: number, packets: number | null = null): ServiceCounter => ({
  of,
  connections,
  packets,
  bytes: packets,
});

describe('whose a counter is', () => {
  it.each([
    ['a label', 'tcp default/service-1:http', 'svc_1 TCP 80'],
    ['a label without a port name', 'udp default/service-1:53', 'svc_1 UDP 53'],
    [
      'a label that does not fit into a comment of nft',
      `tcp ${nftComment(`${LONG.namespace}/${LONG.name}:${'p'.repeat(15)}`)}`,
      'svc_2 TCP 80',
    ],
    ['a service address', `tcp ${plan.service(1)}:80`, 'svc_1 TCP 80'],
    ['an external address', 'udp 203.0.113.7:53', 'svc_1 UDP 53'],
    ['a node port, whatever address', 'tcp 192.0.2.1:30080', 'svc_1 TCP 80'],
  ])('is told by %s', (_name, of, key) => {
    const found = whose({ of });
    expect(found && tallyKey(found)).toBe(key);
  });

  it.each(['udp default/service-1:http', 'tcp 10.0.0.1:80', 'fwmark 7', 'tcp default/gone:80'])('of nothing that is wanted: %s', (of) => {
    expect(whose({ of })).toBeUndefined();
  });
});

describe('from one state to the next', () => {
  const ports = new CountedPorts();
  const of = (state: typeof STATE, text: string) => {
    const found = ports.in(state, 'node_1')({ of: text });
    return found && tallyKey(found);
  };
  const web = (number: number, port: number) => ({ ...service(number, [tcp(port, [])]), name: 'web' });
  const first = web(1, 80);
  const states = [[first], [web(1, 81)], [web(1, 81), service(2, [tcp(80, [])])], [service(2, [tcp(80, [])]), web(3, 81)], []];

  it('knows what is there, and nothing that was', () => {
    const seen = states.map((services) => {
      const state = { ...STATE, services };
      return ['tcp default/web:80', 'tcp default/web:81', 'tcp default/service-2:80'].map((text) => of(state, text) ?? '');
    });
    expect(seen).toEqual([
      ['svc_1 TCP 80', '', ''],
      ['', 'svc_1 TCP 81', ''],
      ['', 'svc_1 TCP 81', 'svc_2 TCP 80'],
      ['', 'svc_3 TCP 81', 'svc_2 TCP 80'],
      ['', '', ''],
    ]);
  });

  it('finds what IPVS leads to by a mark', () => {
    const marks = ipvsMarkedPorts(STATE, STATE.nodes[0] ?? node(1));
    expect([...marks.values()]).toContain('tcp default/service-1:http');
    for (const [mark, port] of marks) expect(whose({ of: `fwmark ${mark}` })).toEqual(whose({ of: port }));
  });
});

describe('what backends list', () => {
  it('nftables: connections and packets of each port, by its label', () => {
    const set = (name: string, ...elements: string[]) =>
      `table ip weft {\n\tset ${name} {\n\t\telements = { ${elements.join(',\n\t\t\t     ')} }\n\t}\n}\n`;
    const listing = [
      set('service-connections', '198.19.0.1 . tcp . 80 counter packets 2 bytes 120 comment "default/service-1:http"'),
      set('node-port-connections', 'tcp . 30080 counter packets 3 bytes 180 comment "default/service-1:http"'),
      set('service-traffic', '198.19.0.1 . tcp . 80 counter packets 10 bytes 1000 comment "default/service-1:http"'),
    ].join('');
    expect(readCounters('nftables', listing)).toEqual([{ of: 'tcp default/service-1:http', connections: 5, packets: 10, bytes: 1000 }]);
  });

  it('iptables: everything, by address or node port', () => {
    const line = (counts: string, rest: string) => `[${counts}] -A WEFT-COUNT-X -p tcp -m conntrack ${rest}\n`;
    const mine = `--ctorigdst ${plan.service(1)} --ctorigdstport 80`;
    const listing = [
      line('7:420', `${mine} ! --ctstatus CONFIRMED`),
      line('90:9000', mine),
      line('2:120', '--ctorigdstport 30080 ! --ctstatus CONFIRMED'),
      line('9:900', '--ctorigdstport 30080'),
    ].join('');
    const read = readCounters('iptables', listing);
    expect(read).toEqual([
      { of: `tcp ${plan.service(1)}:80`, connections: 7, packets: 90, bytes: 9000 },
      { of: 'tcp *:30080', connections: 2, packets: 9, bytes: 900 },
    ]);
    expect(read.map((counter) => whose(counter)?.service)).toEqual(['svc_1', 'svc_1']);
  });

  it('ipvs: everything, by address and mark', () => {
    const listing =
      'Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n  -> RemoteAddress:Port\nTCP  198.19.0.1:80                       3       10       20      100      200\n  -> 100.64.1.2:8080                     3       10       20      100      200\nFWM  4711                                1        1        2        3        4\n';
    expect(readCounters('ipvs', listing)).toEqual([
      { of: 'tcp 198.19.0.1:80', connections: 3, packets: 30, bytes: 300 },
      { of: 'fwmark 4711', connections: 1, packets: 3, bytes: 7 },
    ]);
  });
});

const HTTP = 'tcp default/service-1:http';
const KEY = 'svc_1 TCP 80';
const after = (...readings: readonly (readonly ServiceCounter[])[]): Tally =>
  readings.reduce<Tally>((tally, reading) => advance(tally, 'nftables', reading, whose), EMPTY_TALLY);

describe('a tally', () => {
  it('takes counters together that are of one port', () => {
    const { ports } = after([counter(HTTP, 2, 9), counter('tcp 192.0.2.1:30080', 3, 4)]);
    expect(ports.get(KEY)).toMatchObject({ connections: 5, packets: 13 });
  });

  it('grows by what a counter grew, and by all of it after it began again', () => {
    expect(after([counter(HTTP, 10)], [counter(HTTP, 12)]).ports.get(KEY)?.connections).toBe(12);
    expect(after([counter(HTTP, 10)], [counter(HTTP, 3)]).ports.get(KEY)?.connections).toBe(13);
    expect(after([counter(HTTP, 10)], [], [counter(HTTP, 10)]).ports.get(KEY)?.connections).toBe(20);
  });

  it('keeps what was counted when the backend changes, and counts packets from when it can', () => {
    const on = after([counter(HTTP, 10)]);
    const off = advance(on, 'ipvs', [counter(`tcp ${plan.service(1)}:80`, 4, 8)], whose);
    expect(off.ports.get(KEY)).toMatchObject({ connections: 14, packets: 8 });
    expect(advance(off, 'nftables', [counter(HTTP, 11)], whose).ports.get(KEY)).toMatchObject({ connections: 25, packets: 8 });
  });

  it('forgets a port that is nobody’s any more, and a service of the same name that came after it begins at 0', () => {
    const tally = after([counter(HTTP, 10)]);
    const other = { ...STATE, services: [{ ...service(9, [tcp(80, [], { name: 'http' })]), name: 'service-1' }] };
    const next = advance(tally, 'nftables', [counter(HTTP, 10)], countedPorts(other, 'node_1'));
    expect([...next.ports]).toMatchObject([['svc_9 TCP 80', { connections: 0 }]]);
    expect(advance(tally, 'nftables', [], countedPorts({ ...STATE, services: [] }, 'node_1')).ports.size).toBe(0);
  });

  it('never goes backwards, whatever counters do', () => {
    const reading = fc.array(
      fc.tuple(fc.constantFrom(HTTP, 'udp default/service-1:53', 'tcp 192.0.2.1:30080'), fc.nat(100), fc.option(fc.nat(100))),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('nftables', 'iptables', 'ipvs'), reading), { maxLength: 12 }), (readings) => {
        let tally = EMPTY_TALLY;
        for (const [backend, counters] of readings) {
          const next = advance(
            tally,
            backend,
            [...new Map(counters.map((one) => [one[0], one])).values()].map(([of, connections, packets]) =>
              counter(of, connections, packets),
            ),
            whose,
          );
          for (const [key, before] of tally.ports) {
            const now = next.ports.get(key);
            expect(now?.connections).toBeGreaterThanOrEqual(before.connections);
            expect(now?.packets ?? 0).toBeGreaterThanOrEqual(before.packets ?? 0);
          }
          tally = next;
        }
      }),
    );
  });
});

describe('what metrics show', () => {
  it('is limited, always to the same ports', () => {
    const of = { service: 'svc_1', protocol: 'TCP', namespace: 'shop', name: 'web', portName: '' } as const;
    const numbers = Array.from({ length: PORTS_SHOWN + 10 }, (_, port) => port + 10_000);
    const tally = (order: readonly number[]): Tally => ({
      seen: new Map(),
      ports: new Map(order.map((port) => [`${port}`, { of: { ...of, port }, connections: 1, packets: null, bytes: null }])),
    });
    const shown = portsShown(tally(numbers)).map((port) => port.of.port);
    expect(shown).toEqual(numbers.slice(0, PORTS_SHOWN));
    expect(portsShown(tally(numbers.toReversed())).map((port) => port.of.port)).toEqual(shown);
  });
});
