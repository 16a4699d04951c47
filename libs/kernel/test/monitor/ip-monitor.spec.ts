import { describe, expect, it } from 'vitest';
import { contradicts, EMPTY_CONFIG, IpMonitorReader, type NetworkNews, type NodeConfig, subjectOf } from '../../src/index.ts';

const veth = {
  kind: 'veth',
  netns: null,
  name: 'wf00a1',
  mtu: 1500,
  mac: 'ee:ee:ee:ee:ee:ee',
  up: true,
  master: 'weft0',
  hairpin: true,
  peer: { netns: 'wf-pod-x', name: 'eth0', mtu: 1500, mac: '0a:58:64:40:01:09' },
} as const;

/** What the host should be. */
const CONFIG: NodeConfig = {
  ...EMPTY_CONFIG,
  netns: [{ name: 'wf-pod-x' }],
  links: [veth, { kind: 'bridge', netns: null, name: 'weft0', mtu: 1500, mac: '02:00:00:00:00:01', up: true }],
  addresses: [
    { netns: null, device: 'weft0', cidr: '100.64.1.1/24' },
    { netns: 'wf-pod-x', device: 'eth0', cidr: '100.64.1.9/24' },
  ],
  routes: [
    { netns: null, destination: '100.64.2.0/24', via: '192.0.2.2', device: null, scope: 'global', onlink: false, source: null },
    { netns: null, destination: '198.19.0.0/16', via: null, device: 'weft0', scope: 'link', onlink: false, source: null },
    {
      netns: null,
      destination: '100.64.1.0/24',
      via: null,
      device: 'weft0',
      scope: 'link',
      onlink: false,
      source: '100.64.1.1',
      connected: true,
    },
    { netns: null, type: 'local', destination: '198.19.0.0/16', via: null, device: 'lo', scope: 'host', onlink: false, source: null },
    { netns: 'wf-pod-x', destination: 'default', via: '100.64.1.1', device: 'eth0', scope: 'global', onlink: false, source: null },
  ],
  neighbours: [{ netns: null, device: 'weft0', ip: '100.64.1.9', mac: '0a:58:64:40:01:09' }],
  fdb: [{ device: 'wfvxlan', mac: '02:00:00:00:00:08', destination: '192.0.2.8' }],
  sysctls: [
    { netns: null, key: 'net/ipv4/ip_forward', value: '1' },
    { netns: null, key: 'net/ipv4/conf/weft0/rp_filter', value: '2' },
  ],
};

/** As iproute2 6.1 printed it with `-o`, on Linux 6.18; then whether it cannot be while the host is as it should be. */
const LINES: readonly (readonly [line: string, contradicts: boolean])[] = [
  [
    '[nsid current][LINK]2: weft0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default \\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff',
    false,
  ],
  [
    '[nsid current][LINK]2: weft0: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default \\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff',
    true,
  ],
  [
    '[nsid current][LINK]2: weft0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 qdisc noqueue state UP group default \\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff',
    true,
  ],
  [
    '[nsid current][LINK]Deleted 2: weft0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default \\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff',
    true,
  ],
  [
    '[nsid current][LINK]3: wf00a1@if2: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue master weft0 state DOWN group default \\    link/ether ee:ee:ee:ee:ee:ee brd ff:ff:ff:ff:ff:ff link-netns wf-pod-x',
    false,
  ],
  [
    '[nsid current][LINK]3: wf00a1@if2: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default \\    link/ether ee:ee:ee:ee:ee:ee brd ff:ff:ff:ff:ff:ff link-netns wf-pod-x',
    true,
  ],
  [
    '[nsid current][LINK]3: wf00a1@weft0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master weft0 state UP \\    link/ether ee:ee:ee:ee:ee:ee',
    false,
  ],
  [
    '[nsid current][LINK]Deleted 3: wf00a1@weft0: <BROADCAST,MULTICAST,UP> mtu 1500 master weft0 state UP \\    link/ether ee:ee:ee:ee:ee:ee',
    true,
  ],
  [
    '[nsid current][LINK]7: eth9: <BROADCAST> mtu 1400 qdisc noop state DOWN group default \\    link/ether 86:f8:66:13:0a:20 brd ff:ff:ff:ff:ff:ff',
    false,
  ],
  [
    '[nsid current][LINK]8: wfdead: <BROADCAST> mtu 1400 qdisc noop state DOWN group default \\    link/ether 86:f8:66:13:0a:20 brd ff:ff:ff:ff:ff:ff',
    true,
  ],
  ['[nsid current][ADDR]2: weft0    inet 100.64.1.1/24 scope global weft0\\       valid_lft forever preferred_lft forever', false],
  ['[nsid current][ADDR]Deleted 2: weft0    inet 100.64.1.1/24 scope global weft0\\       valid_lft forever preferred_lft forever', true],
  ['[nsid current][ADDR]2: weft0    inet 100.64.1.2/24 scope global weft0\\       valid_lft forever preferred_lft forever', true],
  ['[nsid current][ADDR]2: eth0    inet 100.64.1.2/24 scope global eth0\\       valid_lft forever preferred_lft forever', false],
  ['[nsid current][ADDR]2: weft0    inet6 fe80::7807:4eff:fe7e:14f9/64 scope link \\       valid_lft forever preferred_lft forever', false],
  ['[nsid current][ROUTE]100.64.2.0/24 via 192.0.2.2 dev eth0 proto 87 ', false],
  ['[nsid current][ROUTE]100.64.2.0/24 via 192.0.2.3 dev eth0 proto 87 ', true],
  ['[nsid current][ROUTE]100.64.2.0/24 via 192.0.2.2 dev eth0 ', true],
  ['[nsid current][ROUTE]Deleted 100.64.2.0/24 via 192.0.2.2 dev eth0 proto 87 ', true],
  ['[nsid current][ROUTE]Deleted 100.64.3.0/24 via 192.0.2.2 dev eth0 proto 87 ', false],
  ['[nsid current][ROUTE]100.64.3.0/24 via 192.0.2.2 dev eth0 proto 87 ', true],
  ['[nsid current][ROUTE]100.64.3.0/24 via 192.0.2.2 dev eth0 proto static ', false],
  ['[nsid current][ROUTE]198.19.0.0/16 dev weft0 proto 87 scope link ', false],
  ['[nsid current][ROUTE]local 198.19.0.0/16 dev lo table local proto 87 scope host ', false],
  ['[nsid current][ROUTE]Deleted local 198.19.0.0/16 dev lo table local proto 87 scope host ', true],
  ['[nsid current][ROUTE]local 100.64.1.1 dev weft0 table local proto kernel scope host src 100.64.1.1 ', false],
  ['[nsid current][ROUTE]100.64.1.0/24 dev weft0 proto kernel scope link src 100.64.1.1 ', false],
  ['[nsid current][ROUTE]Deleted 100.64.1.0/24 dev weft0 proto kernel scope link src 100.64.1.1 ', true],
  ['[nsid current][ROUTE]100.64.1.0/24 dev weft0 proto 87 scope link src 100.64.1.1 ', true],
  ['[nsid current][ROUTE]10.1.0.0/16 dev eth0 proto kernel scope link src 10.1.0.9 ', false],
  ['[nsid current][ROUTE]fe80::/64 dev weft0 proto kernel metric 256 pref medium', false],
  ['[nsid current][NEIGH]100.64.1.9 dev weft0 lladdr 0a:58:64:40:01:09 PERMANENT ', false],
  ['[nsid current][NEIGH]100.64.1.9 dev weft0 lladdr 0a:58:64:40:01:08 PERMANENT ', true],
  ['[nsid current][NEIGH]100.64.1.9 dev weft0 FAILED ', true],
  ['[nsid current][NEIGH]Deleted 100.64.1.9 dev weft0 FAILED ', true],
  ['[nsid current][NEIGH]100.64.1.10 dev weft0 lladdr 0a:58:64:40:01:0a REACHABLE ', false],
  ['[nsid current][NEIGH]100.64.1.10 dev weft0 lladdr 0a:58:64:40:01:0a PERMANENT ', true],
  ['[nsid current][NEIGH]dev wf00a1 lladdr aa:fd:80:5b:d1:1e REACHABLE ', false],
  ['[nsid current][NEIGH]192.0.2.8 dev wfvxlan lladdr 02:00:00:00:00:08 NOARP PERMANENT ', false],
  ['[nsid current][NEIGH]Deleted 192.0.2.8 dev wfvxlan lladdr 02:00:00:00:00:08 NOARP PERMANENT ', true],
  ['[nsid current][NEIGH]192.0.2.9 dev wfvxlan lladdr 02:00:00:00:00:08 NOARP PERMANENT ', true],
  ['[nsid current][NETCONF]inet weft0 rp_filter strict ', true],
  ['[nsid current][NETCONF]inet weft0 rp_filter loose ', false],
  ['[nsid current][NETCONF]inet all forwarding off ', true],
  ['[nsid current][NETCONF]inet6 all forwarding off ', false],
];

const PODS: readonly (readonly [line: string, contradicts: boolean])[] = [
  [
    '[nsid 0][LINK]2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default \\    link/ether 0a:58:64:40:01:09 brd ff:ff:ff:ff:ff:ff link-netnsid 0',
    false,
  ],
  [
    '[nsid 0][LINK]2: eth0@if3: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default \\    link/ether 0a:58:64:40:01:09 brd ff:ff:ff:ff:ff:ff link-netnsid 0',
    true,
  ],
  // The name of the device is the host's of the same number.
  ['[nsid 0][ROUTE]default via 100.64.1.1 dev weft0 proto 87 ', false],
  ['[nsid 0][ROUTE]Deleted default via 100.64.1.1 dev weft0 proto 87 ', true],
  ['[nsid 0][ADDR]2: weft0    inet 100.64.1.9/24 scope global eth0\\       valid_lft forever preferred_lft forever', false],
  ['[nsid 0][ADDR]Deleted 2: weft0    inet 100.64.1.9/24 scope global eth0\\       valid_lft forever preferred_lft forever', true],
];

const newsOf = (reader: IpMonitorReader, line: string) =>
  reader.read(`${line}\n`).filter((news): news is NetworkNews => news.kind !== 'lost');
const told = (reader: IpMonitorReader, line: string) => newsOf(reader, line).some((news) => contradicts(CONFIG, news));

describe('what ip monitor tells', () => {
  it.each(LINES)('%s: contradicts %s', (line, expected) => {
    expect(told(new IpMonitorReader(), line)).toBe(expected);
  });

  it.each(PODS)('of a pod, %s: contradicts %s', (line, expected) => {
    expect(told(new IpMonitorReader([[0, 'wf-pod-x']]), line)).toBe(expected);
  });

  it('is passed over where it is of a namespace without a name, until that has one and after it is gone', () => {
    const reader = new IpMonitorReader();
    const deleted = '[nsid 4][ROUTE]Deleted default via 100.64.1.1 dev weft0 proto 87 ';
    expect(newsOf(reader, deleted)).toEqual([]);
    newsOf(reader, '[nsid current][NSID]nsid 4 (iproute2 netns name: wf-pod-x)');
    expect(told(reader, deleted)).toBe(true);
    newsOf(reader, '[nsid current][NSID]Deleted nsid 4 (iproute2 netns name: wf-pod-x)');
    expect(newsOf(reader, deleted)).toEqual([]);
  });

  it('comes in pieces of any size', () => {
    const reader = new IpMonitorReader();
    const [line] = LINES[13] as readonly [string, boolean];
    const pieces = [...`${line}\n`].flatMap((piece) => reader.read(piece));
    expect(pieces).toHaveLength(1);
  });

  it('says when the kernel had more to tell than was read', () => {
    expect(new IpMonitorReader().read('netlink receive error No buffer space available (105)\n')).toEqual([{ kind: 'lost' }]);
  });

  it('is about the same thing whether it comes or goes', () => {
    const subjects = LINES.slice(15, 19).flatMap(([line]) => newsOf(new IpMonitorReader(), line).map(subjectOf));
    expect(new Set(subjects)).toEqual(new Set(['route  100.64.2.0/24 false']));
  });
});
