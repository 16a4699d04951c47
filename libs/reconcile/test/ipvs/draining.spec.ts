import { compile } from '@weft/compiler';
import { EMPTY_CONFIG, type IpvsDestination, type NodeConfig, renderIpvsRestore } from '@weft/kernel';
import { diff, withDraining } from '@weft/reconcile';
import { desired, node, plan, service, tcp, udp } from '@weft/testing/desired';
import { describe, expect, it } from 'vitest';

const [old, young] = [plan.pod(2, 1), plan.pod(3, 1)];

const config = (
  endpoints: readonly string[],
  changes: Parameters<typeof service>[2] = {},
  backend: 'ipvs' | 'nftables' | 'iptables' = 'ipvs',
) =>
  compile(desired({ nodes: [node(1, { backend })], services: [service(1, [tcp(80, endpoints), udp(53, endpoints)], changes)] }), 'node_1');

/** A configuration as looking at a host shows it, with what of a destination's connections is known. */
const seen = (of: NodeConfig, ip: string, changes: Partial<IpvsDestination>): NodeConfig => ({
  ...of,
  ipvs: of.ipvs.map((virtual) => ({
    ...virtual,
    destinations: virtual.destinations.map((destination) => (destination.ip === ip ? { ...destination, ...changes } : destination)),
  })),
});

const ipvsLines = (from: NodeConfig, to: NodeConfig) =>
  diff(to, from).flatMap((step) => (step.tool === 'ipvs' ? renderIpvsRestore(step.ops).split('\n').filter(Boolean) : []));

const VIP = plan.service(1);
const [before, after] = [config([old]), config([young])];

describe('an endpoint that goes', () => {
  it('gets no new connection and keeps those it has; datagrams follow the others at once', () => {
    expect(ipvsLines(before, after)).toEqual([
      `-a -t ${VIP}:80 -r ${young}:8080 -m -w 1`,
      `-a -u ${VIP}:53 -r ${young}:8080 -m -w 1`,
      `-e -t ${VIP}:80 -r ${old}:8080 -m -w 0`,
      `-d -u ${VIP}:53 -r ${old}:8080`,
    ]);
  });

  it('stays while it has connections, or while nobody has looked', () => {
    const going = withDraining(after, before);
    expect(ipvsLines(going, after)).toEqual([]);
    expect(ipvsLines(seen(going, old, { connections: 3 }), after)).toEqual([]);
  });

  it('is taken away when it has none left', () => {
    const idle = seen(withDraining(after, before), old, { connections: 0 });
    expect(ipvsLines(idle, after)).toEqual([`-d -t ${VIP}:80 -r ${old}:8080`]);
    expect(withDraining(after, idle)).toBe(after);
  });

  it('gets new connections again when it comes back', () => {
    const going = seen(withDraining(after, before), old, { connections: 3 });
    expect(ipvsLines(going, config([old, young]))).toEqual([
      `-e -t ${VIP}:80 -r ${old}:8080 -m -w 1`,
      `-a -u ${VIP}:53 -r ${old}:8080 -m -w 1`,
    ]);
  });

  it('goes at once where the scheduler would refuse instead of asking another', () => {
    const lines = ipvsLines(config([old], { scheduler: 'dh' }), config([young], { scheduler: 'dh' }));
    expect(lines).toContain(`-d -t ${VIP}:80 -r ${old}:8080`);
  });

  it('goes with its service', () => {
    const none = compile(desired({ nodes: [node(1, { backend: 'ipvs' })] }), 'node_1');
    expect(ipvsLines(before, none)).toEqual([`-D -t ${VIP}:80`, `-D -u ${VIP}:53`]);
  });
});

describe.each(['nftables', 'iptables'] as const)('a node that leaves ipvs for %s', (backend) => {
  const other = config([old], {}, backend);
  const left = withDraining(other, before);

  it('has its new rules before virtual services are quieted, which stand until they are idle', () => {
    const tools = diff(other, before).map(({ tool }) => tool);
    expect(tools.indexOf(backend === 'nftables' ? 'nft' : 'iptables')).toBeLessThan(tools.indexOf('ipvs'));
    expect(ipvsLines(before, other)).toEqual([`-e -t ${VIP}:80 -r ${old}:8080 -m -w 0`, `-e -u ${VIP}:53 -r ${old}:8080 -m -w 0`]);
    expect(left.routes.filter(({ type }) => type === 'local')).toMatchObject([{ destination: '198.19.0.0/16' }]);
    expect(left.ipsets).toEqual([
      { name: 'WEFT-INTERNAL', type: 'hash:ip,port', skbinfo: false, elements: [`${VIP},tcp:80`, `${VIP},udp:53`] },
    ]);
    expect(ipvsLines(seen(left, old, { connections: 1 }), other)).toEqual([]);
  });

  it('has nothing of it left when the last connection ended', () => {
    const idle = seen(left, old, { connections: 0 });
    expect(withDraining(other, idle)).toBe(other);
    expect(diff(other, idle).map(({ tool }) => tool)).toEqual(['ipvs', 'ipset', 'ip']);
  });
});

it('between ipvs and iptables, packets are translated before the filter refuses what is not', () => {
  const tablesOf = (from: NodeConfig, to: NodeConfig) =>
    diff(to, from).flatMap((step) => (step.tool === 'iptables' ? step.changes.map(({ table }) => table) : []));
  expect(tablesOf(before, config([old], {}, 'iptables'))).toEqual(['nat', 'mangle', 'filter']);
  expect(tablesOf(config([old], {}, 'iptables'), before)).toEqual(['filter', 'mangle', 'nat']);
});

it('a node that is cleaned up waits for nobody', () => {
  expect(withDraining(EMPTY_CONFIG, before)).toBe(EMPTY_CONFIG);
  expect(ipvsLines(before, EMPTY_CONFIG)).toEqual([`-D -t ${VIP}:80`, `-D -u ${VIP}:53`]);
});
