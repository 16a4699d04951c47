import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
let node: JoinedNode;

beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'node-a');
  await plane.api.ok('PATCH /cluster', { body: { externalCidrs: ['203.0.113.0/24'] }, headers: ANYTHING });
});
afterAll(() => plane.stop());

const ANYTHING = { 'If-Match': '*' };
const PORTS = [{ port: 80 }];

const desired = async (name: string) =>
  (await plane.api.ok('GET /node-agent/desired', { token: node.token })).body.services.find((one: { name: string }) => one.name === name);

it('takes every kind of service, shows it with every field, and tells nodes of those that have an address', async () => {
  const kinds = [
    { name: 'plain', ports: PORTS },
    { name: 'headless', clusterIP: 'None' },
    { name: 'elsewhere', type: 'ExternalName', externalName: 'db.example.com' },
    { name: 'on-nodes', type: 'NodePort', ports: PORTS, externalTrafficPolicy: 'Local' },
    {
      name: 'balanced',
      type: 'LoadBalancer',
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53 },
      ],
      loadBalancerIPs: ['203.0.113.10'],
      loadBalancerSourceRanges: ['198.51.100.0/24'],
      externalTrafficPolicy: 'Local',
      sessionAffinity: 'ClientIP',
      trafficDistribution: 'PreferSameZone',
    },
  ];
  for (const body of kinds) {
    const created = await plane.api.ok('POST /services', { body });
    const { ports: _, ...asked } = body;
    expect(created.body).toMatchObject(asked);
    expect((await plane.api.ok(`GET /services/${created.body.id}`)).body).toEqual(created.body);
    const told = await desired(body.name);
    expect(told === undefined).toBe(['headless', 'elsewhere'].includes(body.name));
  }
  expect(await desired('balanced')).toMatchObject({
    loadBalancerIPs: ['203.0.113.10'],
    healthCheckNodePort: expect.any(Number),
    sessionAffinityTimeoutSeconds: 10_800,
  });
});

it('changes a service from each type to each other', async () => {
  const { id } = (await plane.api.ok('POST /services', { body: { name: 'turncoat', ports: PORTS } })).body;
  const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
  const pairs = types.flatMap((from) => types.filter((to) => to !== from).map((to) => [from, to]));
  for (const type of pairs.flat()) {
    const body = { type, ...(type === 'ExternalName' ? { externalName: 'db.example.com' } : {}) };
    const changed = (await plane.api.ok(`PATCH /services/${id}`, { body, headers: ANYTHING })).body;
    expect(changed).toMatchObject({ type, clusterIP: type === 'ExternalName' ? null : expect.stringMatching(/^198\.19\./) });
    expect(changed.ports[0].nodePort === null).toBe(['ClusterIP', 'ExternalName'].includes(type));
    expect((await desired('turncoat')) === undefined).toBe(type === 'ExternalName');
  }
});

it('lets an administrator say which ports masqueraded connections get', async () => {
  const masqueradePorts = { from: 20_000, to: 29_999 };
  const { body } = await plane.api.ok('PATCH /cluster', { body: { masqueradePorts }, headers: ANYTHING });
  expect(body).toMatchObject({ masqueradePorts, externalCidrs: ['203.0.113.0/24'] });
  expect((await plane.api.ok('GET /node-agent/desired', { token: node.token })).body.cluster).toMatchObject({ masqueradePorts });
  expect((await plane.api.ok('PATCH /cluster', { body: { masqueradePorts: null }, headers: ANYTHING })).body.masqueradePorts).toBeNull();
});
