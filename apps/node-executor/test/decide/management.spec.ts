import { describe, expect, it } from 'vitest';
import { type Claims, managementConflict } from '../../src/decide/management.ts';
import { CLUSTER, NODE, pod, service } from '../support/objects.ts';

const OWN = '203.0.113.7';
const CONTROL_PLANE = '203.0.113.9';
const GUARDED = [OWN, CONTROL_PLANE];

const plain: Claims = {
  cluster: CLUSTER,
  nodes: [{ ...NODE, revision: 1 }],
  pods: [{ ...pod(1), revision: 1 }],
  services: [{ ...service(1, ['100.64.1.11']), revision: 1 }],
};
const [node] = plain.nodes;
const [aPod] = plain.pods;
const [aService] = plain.services;
if (node === undefined || aPod === undefined || aService === undefined) throw new Error('there is nothing to change');

describe('what a host is managed by', () => {
  it('is in nobody’s way as a rule', () => {
    expect(managementConflict(plain, GUARDED)).toBe(null);
    expect(managementConflict({ ...plain, services: [{ ...aService, externalIPs: ['203.0.113.8'] }] }, GUARDED)).toBe(null);
  });

  it('may be where a service leads: the API is a service like any other', () => {
    expect(managementConflict({ ...plain, services: [{ ...service(2, [CONTROL_PLANE]), revision: 1 }] }, GUARDED)).toBe(null);
  });

  it.each<[string, Partial<Claims>]>([
    ['service default/', { services: [{ ...aService, clusterIP: OWN }] }],
    ['service default/', { services: [{ ...aService, externalIPs: ['203.0.113.8', CONTROL_PLANE] }] }],
    ['service default/', { services: [{ ...aService, loadBalancerIPs: [OWN] }] }],
    ['pod pod_', { pods: [{ ...aPod, ip: CONTROL_PLANE }] }],
    ['the pods of node', { nodes: [{ ...node, podBlocks: ['203.0.113.0/29'] }] }],
    ['the pod range', { cluster: { ...CLUSTER, podCidrs: ['100.64.0.0/16', '203.0.113.0/24'] } }],
    ['the service range', { cluster: { ...CLUSTER, serviceCidrs: ['0.0.0.0/0'] } }],
  ])('is not taken by %s', (by, change) => {
    expect(managementConflict({ ...plain, ...change }, GUARDED)).toMatch(new RegExp(`^${by}.* would take 203\\.0\\.113\\.[79], which`));
  });
});
