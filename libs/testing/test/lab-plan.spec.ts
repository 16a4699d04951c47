import { describe, expect, it } from 'vitest';
import { planLab } from '../src/lab/plan.ts';

describe('planLab', () => {
  it('gives three nodes a near peer and one behind the router, and the client a subnet of its own', () => {
    const { hosts } = planLab(0, 3);
    expect(hosts.map(({ name, bridge, address }) => `${name} ${bridge} ${address}`)).toEqual([
      'node-1 lan-a 10.99.1.11',
      'node-2 lan-a 10.99.1.12',
      'node-3 lan-b 10.99.2.13',
      'client lan-c 10.99.3.10',
    ]);
  });

  it('gives every lab a link and a range of its own', () => {
    const plans = Array.from({ length: 64 }, (_, index) => planLab(index, 32));
    expect(new Set(plans.map((plan) => plan.link)).size).toBe(64);
    const addresses = plans.flatMap((plan) => plan.hosts.map((host) => host.address));
    expect(new Set(addresses).size).toBe(64 * 33);
  });

  it('keeps every host inside the range that the machine routes to the lab', () => {
    const plan = planLab(7, 32);
    const range = plan.cidr.replace('0.0/16', '');
    expect(plan.hosts.every((host) => host.address.startsWith(range) && host.gateway.startsWith(range))).toBe(true);
  });

  it.each([
    [-1, 1],
    [64, 1],
    [0, 33],
    [0, 1.5],
  ])('refuses lab %i with %f nodes', (index, nodes) => {
    expect(() => planLab(index, nodes)).toThrow(RangeError);
  });
});
