import type { DesiredService } from '@weft/model';
import { desired, endpoint, node, plan, pod, sctp, service, tcp } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { type Packet } from '../../../src/packets/index.ts';
import { tracer } from '../../packets/trace.ts';
import { NODE_1, senders } from '../traced.ts';
import { compiled } from './compiled.ts';

const [own, far, farther] = [plan.pod(1, 1), plan.pod(2, 1), plan.pod(3, 1)];
const EXTERNAL = '203.0.113.10';
const nodes = [node(1, { zone: 'a' }), node(2, { zone: 'a' }), node(3, { zone: 'b' })];

/** Where a packet from a sender ends, as `address share`, or the verdict. */
function ends(endpoints: Parameters<typeof tcp>[1], changes: Partial<DesiredService> = {}) {
  const state = desired({
    pods: [pod(1)],
    nodes,
    services: [service(1, [tcp(80, endpoints, { nodePort: 30080 })], { externalIPs: [EXTERNAL], ...changes })],
  });
  const trace = tracer({ nft: compiled(state), iptables: null }, NODE_1);
  return (sender: keyof typeof senders, way: Partial<Packet> = {}) => {
    const packet = { ...senders[sender], destination: plan.service(1), port: 80, protocol: 'tcp', ...way } as const;
    const end = trace(packet);
    if (end.verdict !== 'dnat') return end.verdict;
    const shares = new Map<string, number>();
    for (const { ip, share } of end.candidates) shares.set(ip, (shares.get(ip) ?? 0) + share);
    return Array.from(shares, ([ip, share]) => `${ip} ${share.toFixed(2)}`);
  };
}

const POD = 'a pod of this node';
const CLIENT = 'a client outside';
const nodePort = { destination: plan.host(1), port: 30080 };

describe('weights', () => {
  test('share connections out', () => {
    const to = ends([endpoint(own, { weight: 3 }), endpoint(far, { weight: 1 })]);
    expect(to(POD)).toEqual([`${own} 0.75`, `${far} 0.25`]);
    expect(to(CLIENT, nodePort)).toEqual([`${own} 0.75`, `${far} 0.25`]);
  });

  test('0 gets none, and is nobody where it is alone', () => {
    expect(ends([endpoint(own, { weight: 0 }), far])(POD)).toEqual([`${far} 1.00`]);
    expect(ends([endpoint(own, { weight: 0 })])(POD)).toBe('reject');
  });

  test('in turn, over the same shares: wrr; each alike: rr', () => {
    const weighted = [endpoint(own, { weight: 3 }), endpoint(far, { weight: 1 })];
    expect(ends(weighted, { scheduler: 'wrr' })(POD)).toEqual([`${own} 0.75`, `${far} 0.25`]);
    expect(ends(weighted, { scheduler: 'rr' })(POD)).toEqual([`${own} 0.50`, `${far} 0.50`]);
    expect(ends(weighted, { scheduler: 'mh' })(POD)).toEqual([`${own} 0.75`, `${far} 0.25`]);
  });
});

describe('endpoints that are going', () => {
  const going = { terminating: true };

  test('serve when no other is left', () => {
    expect(ends([endpoint(own, going), far])(POD)).toEqual([`${far} 1.00`]);
    expect(ends([endpoint(own, going), endpoint(far, going)])(POD)).toEqual([`${own} 0.50`, `${far} 0.50`]);
  });

  test('under policy Local, when no other is left on this node', () => {
    const to = ends([endpoint(own, going), far], { externalTrafficPolicy: 'Local' });
    expect(to(CLIENT, nodePort)).toEqual([`${own} 1.00`]);
    expect(to(POD, nodePort)).toEqual([`${far} 1.00`]);
  });
});

describe('distribution', () => {
  test('prefers the zone, then falls back to everybody', () => {
    expect(ends([own, far, farther], { trafficDistribution: 'PreferSameZone' })(POD)).toEqual([`${own} 0.50`, `${far} 0.50`]);
    expect(ends([farther], { trafficDistribution: 'PreferSameZone' })(POD)).toEqual([`${farther} 1.00`]);
  });

  test('prefers the node, then the zone', () => {
    expect(ends([own, far, farther], { trafficDistribution: 'PreferSameNode' })(POD)).toEqual([`${own} 1.00`]);
    expect(ends([far, farther], { trafficDistribution: 'PreferSameNode' })(POD)).toEqual([`${far} 1.00`]);
  });
});

describe('affinity', () => {
  const sticky = { sessionAffinity: 'ClientIP' } as const;

  test('who was with an endpoint goes there again, by whatever way', () => {
    const to = ends([own, far, farther], sticky);
    const wasWith = `${farther}:8080`;
    for (const way of [{}, nodePort, { destination: EXTERNAL }]) expect(to(CLIENT, { ...way, wasWith })).toEqual([`${farther} 1.00`]);
    expect(ends([own, far])(POD, { wasWith: `${far}:8080` })).toEqual([`${own} 0.50`, `${far} 0.50`]);
  });

  test('but not to one that is gone, going, of weight 0, or elsewhere under policy Local', () => {
    const wasWith = `${farther}:8080`;
    const others = [`${own} 0.50`, `${far} 0.50`];
    expect(ends([own, far], sticky)(CLIENT, { wasWith })).toEqual(others);
    expect(ends([own, far, endpoint(farther, { terminating: true })], sticky)(CLIENT, { wasWith })).toEqual(others);
    expect(ends([own, far, endpoint(farther, { weight: 0 })], sticky)(CLIENT, { wasWith })).toEqual(others);
    const local = ends([own, far, farther], { ...sticky, externalTrafficPolicy: 'Local' });
    expect(local(CLIENT, { ...nodePort, wasWith })).toEqual([`${own} 1.00`]);
    expect(local(POD, { ...nodePort, wasWith })).toEqual([`${farther} 1.00`]);
  });
});

test('SCTP is led and refused like the others', () => {
  const state = desired({ services: [service(1, [sctp(3868, [far]), sctp(80, [])])] });
  const trace = tracer({ nft: compiled(state), iptables: null }, NODE_1);
  const to = (port: number) => trace({ ...senders[POD], destination: plan.service(1), port, protocol: 'sctp' });
  expect(to(3868)).toMatchObject({ verdict: 'dnat', candidates: [{ ip: far, share: 1 }] });
  expect(to(80)).toEqual({ verdict: 'reject', with: 'icmp-port-unreachable' });
});

test('ports that no service has are left alone at external addresses, and at addresses where node ports do not answer', () => {
  const to = ends([far]);
  expect(to(CLIENT, { destination: EXTERNAL, port: 81 })).toBe('accept');
  expect(to('this node', { destination: '127.0.0.1', port: 30080 })).toBe('accept');
});
