import { expect, it } from 'vitest';
import { isSought, pasted } from '../../src/index.ts';

const LINES = [
  ['100.64.2.0/24 via 192.0.2.12 dev eth0 proto 87 ', 'route', 'host', '100.64.2.0/24'],
  ['100.64.2.7 dev wf0a1b proto 87 scope link', 'route', 'host', '100.64.2.7/32'],
  ['local 198.19.0.0/16 dev lo table local proto 87 scope host', 'route', 'host', 'local 198.19.0.0/16'],
  ['default via 100.64.1.1 dev eth0 proto 87', 'route', 'netns wf-a', 'default'],
  ['100.64.1.2 dev weft0 lladdr 02:00:00:00:00:02 PERMANENT', 'neighbour', 'host', 'weft0 100.64.1.2'],
  ['02:00:00:00:00:02 dev wf-vxlan dst 192.0.2.12 self permanent', 'fdb', 'host', 'wf-vxlan 02:00:00:00:00:02'],
  ['    inet 100.64.1.1/24 scope global weft0', 'address', 'host', 'weft0 100.64.1.1/24'],
  ['3: weft0    inet 100.64.1.1/24 scope global weft0\\       valid_lft forever', 'address', 'host', 'weft0 100.64.1.1/24'],
  ['7: wf0a1b@if2: <BROADCAST,UP> mtu 1500 qdisc noqueue master weft0', 'link', 'host', 'wf0a1b'],
  ['net.ipv4.ip_forward = 1', 'sysctl', 'host', 'net/ipv4/ip_forward'],
  ['TCP  198.19.0.1:80 rr', 'ipvs-service', 'host', 'tcp 198.19.0.1:80'],
  ['-a -t 198.19.0.1:80 -r 100.64.1.2:8080 -m -w 1', 'ipvs-destination', 'ipvs tcp 198.19.0.1:80', '100.64.1.2:8080'],
  ['iptables -t nat -A WEFT-X -p tcp -j RETURN', 'iptables-rule', 'table nat chain WEFT-X', '-p tcp -j RETURN'],
  [
    '\t\tip daddr 198.19.0.1 counter packets 3 bytes 9 accept # handle 4',
    'nft-rule',
    'table ip weft chain a',
    'ip daddr 198.19.0.1 counter accept',
  ],
  ['add rule ip weft services tcp dport 22 drop', 'nft-rule', 'table ip weft chain services', 'tcp dport 22 drop'],
  [
    'add element ip weft service-ips { 198.19.0.1 . tcp . 80 comment "a/b, c" : goto svc-1 }',
    'nft-element',
    'table ip weft map service-ips',
    '198.19.0.1 . tcp . 80 comment "a/b, c"',
  ],
] as const;

it.each(LINES)('reads %s', (line, kind, place, key) => {
  const [found, ...others] = pasted(line).filter((sought) => isSought(sought, { kind, place, key, text: key }));
  expect(found).toBeDefined();
  expect(others).toEqual([]);
});

it('tells places and kinds apart', () => {
  const there = (line: string, kind: 'iptables-rule' | 'ipvs-service', place: string, key: string) =>
    pasted(line).some((sought) => isSought(sought, { kind, place, key, text: key }));
  expect(there('-A WEFT-X -j RETURN', 'iptables-rule', 'table nat chain WEFT-XY', '-j RETURN')).toBe(false);
  expect(there('-A WEFT-X -j RETURN', 'iptables-rule', 'table nat chain Y-WEFT-X', '-j RETURN')).toBe(false);
  expect(there('-t nat -A WEFT-X -j RETURN', 'iptables-rule', 'table filter chain WEFT-X', '-j RETURN')).toBe(false);
  expect(there('-A -t 198.19.0.1:80 -s rr', 'iptables-rule', 'table nat chain -t', '198.19.0.1:80 -s rr')).toBe(false);
});

it('reads any line, and the longest, at once', () => {
  for (const line of [
    '',
    ' ',
    '}',
    '{',
    'elements = {',
    '"',
    'x'.repeat(100_000),
    '"'.repeat(99_999),
    ' : '.repeat(30_000),
    '-A '.repeat(30_000),
  ])
    expect(pasted(line).length).toBeLessThan(100_000);
});
