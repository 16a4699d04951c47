import {
  type IpLinkJson,
  type IpOp,
  keyOf,
  type Link,
  parseIpJson,
  parseSysctlLines,
  peerIn,
  renderBridgeBatch,
  renderIpBatch,
  renderSysctls,
  splitIpBatchJson,
  toAddresses,
  toConnectedRoutes,
  toFdb,
  toLinks,
  toNeighbours,
  toRoutes,
} from '@weft/kernel';
import { describe, expect, it } from 'vitest';

const base = { netns: null, mtu: 1450, mac: '02:00:00:00:00:01', up: true } as const;
const bridge: Link = { ...base, kind: 'bridge', name: 'weft0' };
const vxlan: Link = { ...base, kind: 'vxlan', name: 'wf-vxlan', vni: 7070, local: '192.0.2.1', port: 4789 };
const peer = { netns: 'wf-pod-1', name: 'eth0', mtu: 1450, mac: '02:00:00:00:00:02' };
const veth = { ...base, kind: 'veth', name: 'wf0123456789ab', master: 'weft0', hairpin: true, peer } as const;
const address = { netns: null, device: 'weft0', cidr: '100.64.1.1/24' };
const neighbour = { netns: null, device: 'wf-vxlan', ip: '100.64.2.0', mac: '02:00:00:00:00:03' };
const tunnelled = {
  netns: null,
  destination: '100.64.2.0/24',
  via: '100.64.2.0',
  device: 'wf-vxlan',
  scope: 'global',
  onlink: true,
  source: '100.64.1.0',
} as const;
const direct = { ...tunnelled, via: '192.0.2.2', device: null, onlink: false, source: null };

const own = { ...direct, type: 'local', destination: '198.19.0.0/16', via: null, scope: 'host' } as const;

const connected = {
  ...direct,
  destination: '100.64.1.0/24',
  via: null,
  device: 'weft0',
  scope: 'link',
  source: '100.64.1.1',
  connected: true,
} as const;

const OPS: IpOp[] = [
  { op: 'link-add', link: bridge },
  { op: 'link-add', link: vxlan },
  { op: 'link-add', link: veth },
  { op: 'link-set', link: { ...veth, master: null, hairpin: false }, setMac: false },
  { op: 'link-set', link: vxlan, setMac: true },
  { op: 'peer-set', link: veth, setMac: false },
  { op: 'address-add', address },
  { op: 'neighbour-replace', neighbour },
  { op: 'route-replace', route: tunnelled },
  { op: 'route-replace', route: direct },
  { op: 'route-delete', route: direct },
  { op: 'route-replace', route: own },
  { op: 'route-delete', route: own },
  { op: 'route-replace', route: connected },
  { op: 'route-delete', route: connected },
  { op: 'neighbour-delete', neighbour },
  { op: 'address-delete', address },
  { op: 'link-delete', link: bridge },
];

describe('batches', () => {
  it('for ip are what the golden file says', async () => {
    await expect(renderIpBatch(OPS)).toMatchFileSnapshot('testdata/ip-batch.txt');
  });

  it('for bridge name the device, the host behind the tunnel and nothing else', () => {
    const entry = { device: 'wf-vxlan', mac: '02:00:00:00:00:03', destination: '192.0.2.2' };
    expect(
      renderBridgeBatch([
        { op: 'fdb-replace', entry },
        { op: 'fdb-delete', entry },
      ]),
    ).toBe(
      'fdb replace 02:00:00:00:00:03 dev wf-vxlan dst 192.0.2.2 self permanent\nfdb del 02:00:00:00:00:03 dev wf-vxlan dst 192.0.2.2 self permanent\n',
    );
  });

  it('for sysctl let IPv6 settings be missing', () => {
    const sysctls = ['net/ipv4/ip_forward', 'net/ipv6/conf/weft0/accept_ra'].map((key) => ({ netns: null, key, value: '1' }));
    expect(renderSysctls(sysctls)).toBe('net/ipv4/ip_forward = 1\n-net/ipv6/conf/weft0/accept_ra = 1\n');
  });

  it.each(['wf\nlink delete eth0', 'wf#', 'wf;x', 'wf$(id)'])('refuse a name that is none: %j', (name) => {
    expect(() => renderIpBatch([{ op: 'link-delete', link: { ...bridge, name } }])).toThrow(RangeError);
  });
});

const up = ['BROADCAST', 'UP', 'LOWER_UP'];
const listed = (ifname: string, kind: string, more: Partial<IpLinkJson> = {}): IpLinkJson => ({
  ifname,
  flags: up,
  mtu: 1450,
  address: '02:00:00:00:00:01',
  linkinfo: { info_kind: kind, ...more.linkinfo },
  ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'linkinfo')),
});

describe('what ip and bridge print', () => {
  const ours = [
    listed('eth0', 'veth'),
    listed('weft0', 'bridge'),
    listed('wf-vxlan', 'vxlan', { linkinfo: { info_data: { id: 7070, local: '192.0.2.1', port: 4789 } } }),
    listed('wf0123456789ab', 'veth', { master: 'weft0', link_netnsid: 3, linkinfo: { info_slave_data: { hairpin: true } } }),
  ];
  const inside = { name: 'eth0', mtu: 1450, mac: '02:00:00:00:00:02', up: true };

  it('becomes our links, with the pod’s side where it is known', () => {
    expect(toLinks(ours, [{ name: 'wf-pod-1', id: 3 }], () => inside)).toEqual([bridge, vxlan, veth]);
  });

  it('leaves a pair whose other side has no name without one', () => {
    expect(toLinks(ours, [{ name: 'cni' }], () => null).at(-1)).toMatchObject({ peer: { netns: '', name: '', mac: '' } });
  });

  it('counts a pair as up only when the pod’s side and its loopback are', () => {
    const loopback = { ...listed('lo', ''), flags: ['LOOPBACK'] };
    const seen = peerIn([loopback, listed('eth0', 'veth')]);
    expect(seen).toMatchObject({ name: 'eth0', up: false });
    expect(toLinks(ours, [], () => seen).at(-1)).toMatchObject({ up: false });
    expect(peerIn([loopback])).toBeNull();
  });

  it('becomes the IPv4 addresses of our links, and all of a pod’s', () => {
    const addr_info = [
      { family: 'inet', local: '100.64.1.1', prefixlen: 24, scope: 'global' },
      { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
    ];
    const links = [listed('eth0', 'veth', { addr_info }), listed('weft0', 'bridge', { addr_info })];
    expect(toAddresses(links, null)).toEqual([address]);
    expect(toAddresses(links, 'wf-pod-1').map(({ device }) => device)).toEqual(['eth0', 'weft0']);
  });

  it('becomes routes: a foreign device is nobody’s, a single address carries its length', () => {
    const printed = [
      { dst: '100.64.2.0/24', gateway: '100.64.2.0', dev: 'wf-vxlan', prefsrc: '100.64.1.0', flags: ['onlink'] },
      { dst: '100.64.2.0/24', gateway: '192.0.2.2', dev: 'eth0', flags: ['linkdown'] },
    ];
    expect(toRoutes(printed, null)).toEqual([tunnelled, direct]);
    const printedOwn = { type: 'local', dst: '198.19.0.0/16', dev: 'lo', table: 'local', scope: 'host', flags: [] };
    expect(toRoutes([printedOwn], null)).toEqual([own]);
    expect(keyOf.routes(own)).not.toBe(keyOf.routes({ ...direct, destination: own.destination }));
    expect(toRoutes([{ dst: '169.254.1.1', dev: 'eth0', scope: 'link' }], 'wf-pod-1')).toMatchObject([
      { destination: '169.254.1.1/32', device: 'eth0', scope: 'link' },
    ]);
  });

  it('becomes the kernel’s routes to what is on our links, and on no other', () => {
    const printed = { dst: '100.64.1.0/24', dev: 'weft0', scope: 'link', prefsrc: '100.64.1.1', flags: ['linkdown'] };
    expect(toConnectedRoutes([{ ...printed, dst: '192.0.2.0/24', dev: 'eth0' }, printed])).toEqual([connected]);
  });

  it('becomes permanent neighbours and forwarding entries of our links', () => {
    const states = [
      { dst: '100.64.2.0', dev: 'wf-vxlan', lladdr: '02:00:00:00:00:03', state: ['PERMANENT'] },
      { dst: '192.0.2.254', dev: 'eth0', lladdr: '02:00:00:00:00:09', state: ['PERMANENT'] },
      { dst: '100.64.1.9', dev: 'weft0', lladdr: '02:00:00:00:00:08', state: ['REACHABLE'] },
    ];
    expect(toNeighbours(states, null)).toEqual([neighbour]);
    const entries = [
      { mac: '02:00:00:00:00:03', ifname: 'wf-vxlan', dst: '192.0.2.2', state: 'permanent' },
      { mac: '33:33:00:00:00:01', ifname: 'wf-vxlan', state: 'permanent' },
      { mac: '02:00:00:00:00:04', ifname: 'flannel.1', dst: '192.0.2.3', state: 'permanent' },
    ];
    expect(toFdb(entries, (name) => name.startsWith('wf'))).toEqual([
      { device: 'wf-vxlan', mac: '02:00:00:00:00:03', destination: '192.0.2.2' },
    ]);
  });

  it('is read list by list', () => {
    expect(splitIpBatchJson('[{"a":1}]\n[]\n[ ]\n').map((text) => parseIpJson(text))).toEqual([[{ a: 1 }], [], []]);
    expect(parseIpJson('')).toEqual([]);
  });

  it('becomes settings, blanks made one', () => {
    expect(parseSysctlLines('/proc/sys/net/ipv4/ip_local_port_range:32768\t60999\nnoise\n', null)).toEqual([
      { netns: null, key: 'net/ipv4/ip_local_port_range', value: '32768 60999' },
    ]);
  });
});
