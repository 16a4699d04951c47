import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane();
  await plane.api.ok('POST /nodes', { body: { name: 'node-a', backend: 'iptables' } });
});
afterAll(() => plane.stop());

const PORTS = [{ port: 80 }];

interface Refusal {
  readonly what: string;
  readonly request: string;
  readonly body: object;
  readonly status?: number;
  readonly code?: string;
  readonly fields: readonly string[];
}

/** Requests whose fields are each right and do not fit together, or not with what there is. */
const REFUSALS: readonly Refusal[] = [
  {
    what: 'affinity of a headless service',
    request: 'POST /services',
    body: { name: 'x', ports: PORTS, clusterIP: 'None', sessionAffinity: 'ClientIP' },
    fields: ['/sessionAffinity NotAllowed'],
  },
  { what: 'a service without ports', request: 'POST /services', body: { name: 'x' }, fields: ['/ports Required'] },
  {
    what: 'a name for something elsewhere that is an address',
    request: 'POST /services',
    body: { name: 'x', type: 'ExternalName', externalName: '203.0.113.1' },
    fields: ['/externalName InvalidValue'],
  },
  {
    what: 'a scheduler that nobody knows',
    request: 'POST /services',
    body: { name: 'x', ports: PORTS, scheduler: 'fifo' },
    fields: ['/scheduler InvalidValue'],
  },
  {
    what: 'a scheduler that some node does not have',
    request: 'POST /services',
    body: { name: 'x', ports: PORTS, scheduler: 'sed' },
    code: 'BackendUnsupported',
    fields: ['/scheduler BackendUnsupported'],
  },
  {
    what: 'an external address where none is allowed',
    request: 'POST /services',
    body: { name: 'x', ports: PORTS, externalIPs: ['203.0.113.1'] },
    code: 'AddressOutsidePool',
    fields: ['/externalIPs/0 AddressOutsidePool'],
  },
  {
    what: 'external ranges over our own',
    request: 'PATCH /cluster',
    body: { externalCidrs: ['198.19.1.0/24'] },
    fields: ['/externalCidrs/0 Overlaps'],
  },
  {
    what: 'to give nodes up before three of their heartbeats',
    request: 'PATCH /cluster',
    body: { notReadyAfterSeconds: 29 },
    fields: ['/notReadyAfterSeconds TooSmall'],
  },
  {
    what: 'masquerade ports that end before they begin',
    request: 'PATCH /cluster',
    body: { masqueradePorts: { from: 2000, to: 1000 } },
    fields: ['/masqueradePorts/to InvalidValue'],
  },
  {
    what: 'a pod that takes longer than an hour to go',
    request: 'POST /pods',
    body: { name: 'x', node: 'node-a', terminationGracePeriodSeconds: 3601 },
    fields: ['/terminationGracePeriodSeconds TooBig'],
  },
  {
    what: 'node ports at an address that is no range',
    request: 'POST /nodes',
    body: { name: 'node-b', nodePortAddresses: ['primary', '192.0.2.1'] },
    fields: ['/nodePortAddresses/1 InvalidValue'],
  },
];

it.each(REFUSALS)('refuses $what, and nothing changes', async ({ request, body, status = 422, code = 'ValidationFailed', fields }) => {
  const before = await plane.everything();
  const answer = await plane.api.send(request, { body, headers: { 'If-Match': '*' } });
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.body.errors.map((error: { pointer: string; code: string }) => `${error.pointer} ${error.code}`)).toEqual(fields);
  expect(await plane.everything()).toEqual(before);
});
