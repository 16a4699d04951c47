import {
  EVERY_CLIENT,
  frontendKey,
  type IpvsDestination,
  type IpvsFrontend,
  type IpvsOp,
  type IpvsService,
  parseIpvsSave,
  parseIpvsStats,
  renderIpvsRestore,
  renderIpvsSave,
  withConnections,
} from '@weft/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const ip = fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `100.64.${a}.${b}`);
const port = fc.integer({ min: 1, max: 65_535 });
const frontend: fc.Arbitrary<IpvsFrontend> = fc.oneof(
  fc.record({ protocol: fc.constantFrom('tcp', 'udp', 'sctp'), address: ip, port }),
  fc.record({ fwmark: fc.integer({ min: 1, max: 2 ** 32 - 1 }) }),
);
const destination: fc.Arbitrary<IpvsDestination> = fc.record({
  ip,
  port,
  weight: fc.nat(1000),
  forwarding: fc.constantFrom('masq', 'gate', 'ipip'),
});
const destinationText = (d: IpvsDestination) => `${d.ip}:${d.port}`;
const services: fc.Arbitrary<IpvsService[]> = fc
  .uniqueArray(
    fc.record({
      frontend,
      scheduler: fc.constantFrom('rr', 'wrr', 'lc', 'mh'),
      flags: fc.subarray(['mh-fallback', 'mh-port']),
      persistence: fc.option(
        fc.record({ timeoutSeconds: fc.integer({ min: 1, max: 86_400 }), netmask: fc.constantFrom(EVERY_CLIENT, '255.255.255.0') }),
      ),
      destinations: fc
        .uniqueArray(destination, { selector: destinationText, maxLength: 4 })
        .map((all) => all.sort((a, b) => (destinationText(a) < destinationText(b) ? -1 : 1))),
    }),
    { selector: (service) => frontendKey(service.frontend), maxLength: 5 },
  )
  .map((all) => all.sort((a, b) => (frontendKey(a.frontend) < frontendKey(b.frontend) ? -1 : 1)));

it('what is rendered as saved services is parsed as what it was', () => {
  fc.assert(
    fc.property(services, (all) => {
      expect(parseIpvsSave(renderIpvsSave(all))).toEqual(all);
    }),
  );
});

/** What ipvsadm 1.31 printed on Linux 6.1. */
const SAVED = `-A -t 198.19.0.1:80 -s wlc -p 77
-a -t 198.19.0.1:80 -r 100.64.1.3:8080 -m -w 0
-a -t 198.19.0.1:80 -r 100.64.1.2:8080 -m -w 7
-A -t 198.19.0.3:80 -s sh -p 10800 -M 255.255.255.0 -b sh-fallback,sh-port
-A -u 198.19.0.1:53 -s wrr -p 300
-A --sctp-service 198.19.0.2:80 -s mh -b mh-fallback
-A -t [fd00::1]:80 -s rr
-a -t [fd00::1]:80 -r [fd00::2]:80 -m -w 1
-A -f 4711 -s lc
-a -f 4711 -r 100.64.1.2:8080 -m -w 3
`;

const LISTED = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  198.19.0.1:80 wlc persistent 77
  -> 100.64.1.2:8080              Masq    7      5          9         
  -> 100.64.1.3:8080              Masq    0      3          4         
TCP  198.19.0.3:80 sh (sh-fallback,sh-port) persistent 10800 mask 255.255.255.0
TCP  [fd00::1]:80 rr
  -> [fd00::2]:80                 Masq    0      1          1         
FWM  4711 lc
  -> 100.64.1.2:8080              Masq    3      0          0         
`;

const STATS = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  198.19.0.1:80            12345678901234      2        3        4        5
  -> 100.64.1.2:8080                     1        2        3        4        5
UDP  198.19.0.1:53                       0        0        0        0        0
FWM  4711                                7        8        9       10       11
`;

describe('what the tool prints', () => {
  it('is read as services, ordered by key, IPv6 left out', () => {
    expect(parseIpvsSave(SAVED)).toEqual([
      {
        frontend: { fwmark: 4711 },
        scheduler: 'lc',
        flags: [],
        persistence: null,
        destinations: [{ ip: '100.64.1.2', port: 8080, weight: 3, forwarding: 'masq' }],
      },
      {
        frontend: { protocol: 'sctp', address: '198.19.0.2', port: 80 },
        scheduler: 'mh',
        flags: ['mh-fallback'],
        persistence: null,
        destinations: [],
      },
      {
        frontend: { protocol: 'tcp', address: '198.19.0.1', port: 80 },
        scheduler: 'wlc',
        flags: [],
        persistence: { timeoutSeconds: 77, netmask: EVERY_CLIENT },
        destinations: [
          { ip: '100.64.1.2', port: 8080, weight: 7, forwarding: 'masq' },
          { ip: '100.64.1.3', port: 8080, weight: 0, forwarding: 'masq' },
        ],
      },
      {
        frontend: { protocol: 'tcp', address: '198.19.0.3', port: 80 },
        scheduler: 'sh',
        flags: ['sh-fallback', 'sh-port'],
        persistence: { timeoutSeconds: 10_800, netmask: '255.255.255.0' },
        destinations: [],
      },
      {
        frontend: { protocol: 'udp', address: '198.19.0.1', port: 53 },
        scheduler: 'wrr',
        flags: [],
        persistence: { timeoutSeconds: 300, netmask: EVERY_CLIENT },
        destinations: [],
      },
    ]);
  });

  it('tells what destinations of weight 0 still have, and of no others', () => {
    const [, , service] = withConnections(parseIpvsSave(SAVED), LISTED);
    expect(service?.destinations).toEqual([
      { ip: '100.64.1.2', port: 8080, weight: 7, forwarding: 'masq' },
      { ip: '100.64.1.3', port: 8080, weight: 0, forwarding: 'masq', connections: 7 },
    ]);
  });

  it('is read as counters of services', () => {
    expect(parseIpvsStats(STATS)).toEqual([
      {
        frontend: { protocol: 'tcp', address: '198.19.0.1', port: 80 },
        connections: 12_345_678_901_234n,
        inPackets: 2n,
        outPackets: 3n,
        inBytes: 4n,
        outBytes: 5n,
      },
      {
        frontend: { protocol: 'udp', address: '198.19.0.1', port: 53 },
        connections: 0n,
        inPackets: 0n,
        outPackets: 0n,
        inBytes: 0n,
        outBytes: 0n,
      },
      { frontend: { fwmark: 4711 }, connections: 7n, inPackets: 8n, outPackets: 9n, inBytes: 10n, outBytes: 11n },
    ]);
  });
});

const at = { protocol: 'tcp', address: '198.19.0.1', port: 80 } as const;
const to = { ip: '100.64.1.2', port: 8080, weight: 2, forwarding: 'masq' } as const;
const plain: IpvsService = { frontend: at, scheduler: 'rr', flags: [], persistence: null, destinations: [to] };

it('every operation is a line', () => {
  const ops: IpvsOp[] = [
    { op: 'service-add', service: plain },
    { op: 'destination-add', frontend: at, destination: to },
    { op: 'service-edit', service: { ...plain, persistence: { timeoutSeconds: 5, netmask: EVERY_CLIENT } } },
    { op: 'destination-edit', frontend: at, destination: { ...to, weight: 0 } },
    { op: 'destination-delete', frontend: at, destination: to },
    { op: 'service-delete', frontend: { fwmark: 7 } },
  ];
  expect(renderIpvsRestore(ops)).toMatchInlineSnapshot(`
    "-A -t 198.19.0.1:80 -s rr
    -a -t 198.19.0.1:80 -r 100.64.1.2:8080 -m -w 2
    -E -t 198.19.0.1:80 -s rr -p 5
    -e -t 198.19.0.1:80 -r 100.64.1.2:8080 -m -w 0
    -d -t 198.19.0.1:80 -r 100.64.1.2:8080
    -D -f 7
    "
  `);
});

it.each(['rr\n-C', 'rr -p 1', 'rr;', ''])('a scheduler %j is refused', (scheduler) => {
  expect(() => renderIpvsRestore([{ op: 'service-add', service: { ...plain, scheduler } }])).toThrow(RangeError);
});

it.each(['198.19.0.1 -D', '198.19.0', 'x'])('an address %j is refused', (address) => {
  expect(() => renderIpvsRestore([{ op: 'service-delete', frontend: { ...at, address } }])).toThrow(RangeError);
  expect(() => renderIpvsRestore([{ op: 'destination-add', frontend: at, destination: { ...to, ip: address } }])).toThrow(RangeError);
});
