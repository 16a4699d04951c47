import { desired, plan, pod, service, tcp, udp } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { backends, senders, tracerOf } from './traced.ts';

const [own, far, farther] = [plan.pod(1, 1), plan.pod(2, 1), plan.pod(3, 1)];

const state = desired({
  pods: [pod(1), pod(2)],
  services: [
    service(1, [tcp(80, [far, farther], { nodePort: 30080 })]),
    service(2, [tcp(80, [], { nodePort: 30081 }), udp(53, [])]),
    service(3, [tcp(80, [own], { nodePort: 30082 }), tcp(81, [own, far, farther])]),
    service(4, [udp(53, ['203.0.113.7:5353'])]),
  ],
});

const half = (masquerade: boolean) => ({
  verdict: 'dnat',
  candidates: [
    { ip: far, port: 8080, share: 0.5, masquerade },
    { ip: farther, port: 8080, share: 0.5, masquerade },
  ],
});

const masqueradedToServices: Record<keyof typeof senders, boolean> = {
  'a pod of this node': false,
  'this node': true,
  'this node by its bridge address': true,
  'another node': true,
  'a client outside': true,
};

describe.each(backends)('%s', (backend) => {
  const traced = tracerOf(backend, state);
  const send = (sender: keyof typeof senders, destination: string, port: number, protocol: 'tcp' | 'udp' = 'tcp') =>
    traced({ ...senders[sender], destination, port, protocol });

  describe.each(Object.keys(senders) as (keyof typeof senders)[])('from %s', (sender) => {
    test('to a service: each endpoint alike, masqueraded unless from a pod', () => {
      expect(send(sender, plan.service(1), 80)).toEqual(half(masqueradedToServices[sender]));
    });

    test('to a node port: each endpoint alike, always masqueraded', () => {
      expect(send(sender, plan.host(1), 30080)).toEqual(half(true));
    });

    test('to a node port at any address of the node', () => {
      expect(send(sender, '100.64.1.1', 30080)).toEqual(half(true));
    });

    test('to a service without endpoints: refused', () => {
      expect(send(sender, plan.service(2), 80)).toEqual({ verdict: 'reject', with: 'tcp-reset' });
      expect(send(sender, plan.service(2), 53, 'udp')).toEqual({ verdict: 'reject', with: 'icmp-port-unreachable' });
    });

    test('to a port that a service does not have: refused', () => {
      expect(send(sender, plan.service(1), 81)).toEqual({ verdict: 'reject', with: 'tcp-reset' });
      expect(send(sender, plan.service(1), 80, 'udp')).toEqual({ verdict: 'reject', with: 'icmp-port-unreachable' });
    });

    test('to an address that no service has: dropped', () => {
      expect(send(sender, '198.19.255.1', 80)).toEqual({ verdict: 'drop' });
    });

    test('to a node port without endpoints: refused', () => {
      expect(send(sender, plan.host(1), 30081)).toEqual({ verdict: 'reject', with: 'tcp-reset' });
    });

    test("to the node's own ports and to others' node ports: not ours", () => {
      expect(send(sender, plan.host(1), 22)).toEqual({ verdict: 'accept', masquerade: false });
      expect(send(sender, plan.host(2), 30080)).toMatchObject({ verdict: 'accept' });
    });
  });

  test('node ports do not answer on loopback', () => {
    expect(send('this node', '127.0.0.1', 30080)).toEqual({ verdict: 'accept', masquerade: false });
    expect(send('this node', '127.0.0.1', 30081)).toEqual({ verdict: 'accept', masquerade: false });
  });

  test('a pod that meets itself behind its service is masqueraded, and only then', () => {
    expect(send('a pod of this node', plan.service(3), 80)).toMatchObject({ candidates: [{ ip: own, share: 1, masquerade: true }] });
    expect(send('a pod of this node', plan.service(3), 81)).toEqual({
      verdict: 'dnat',
      candidates: [
        { ip: own, port: 8080, share: 0.333333, masquerade: true },
        { ip: far, port: 8080, share: 0.333333, masquerade: false },
        { ip: farther, port: 8080, share: 0.333333, masquerade: false },
      ],
    });
  });

  test('a pod reaches an endpoint outside the fleet by the address of its node', () => {
    expect(send('a pod of this node', plan.service(4), 53, 'udp')).toEqual({
      verdict: 'dnat',
      candidates: [{ ip: '203.0.113.7', port: 5353, share: 1, masquerade: true }],
    });
  });

  test('pods reach the outside masqueraded, each other and multicast as they are', () => {
    expect(send('a pod of this node', plan.outside, 443)).toEqual({ verdict: 'accept', masquerade: true });
    expect(send('a pod of this node', plan.host(2), 443)).toEqual({ verdict: 'accept', masquerade: true });
    expect(send('a pod of this node', far, 8080)).toEqual({ verdict: 'accept', masquerade: false });
    expect(send('a pod of this node', plan.pod(1, 2), 8080)).toEqual({ verdict: 'accept', masquerade: false });
    expect(send('a pod of this node', '224.0.0.251', 5353, 'udp')).toEqual({ verdict: 'accept', masquerade: false });
    expect(send('a client outside', own, 8080)).toEqual({ verdict: 'accept', masquerade: false });
  });
});
