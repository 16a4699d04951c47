import type { NodeConfig } from '@weft/kernel';
import type { Reachability } from '@weft/model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';
import { nodeThatLooks } from './node-that-looks.ts';

let plane: Plane;
let near: JoinedNode;
let far: JoinedNode;
/** What becomes of the far node's configuration in its kernel. */
let change: (config: NodeConfig) => NodeConfig = (config) => config;
let stopLooking: () => Promise<unknown>;

const ask = async (body: object): Promise<Reachability> => (await plane.api.ok('POST /reachability', { body })).body;
const create = async (path: string, body: object) => (await plane.api.ok(`POST ${path}`, { body })).body;
const echo = { ports: [{ containerPort: 8080 }], runtime: { type: 'echo' } };
const fromA = { from: { pod: 'default/a' }, port: 80 };

beforeAll(async () => {
  plane = await startPlane();
  [near, far] = [await joinNode(plane.api, 'near'), await joinNode(plane.api, 'far')];
  for (const node of [near, far]) await node.apply();
  await create('/pods', { name: 'a', node: near.name, ...echo });
  await create('/pods', { name: 'b', node: far.name, labels: { app: 'web' }, ...echo });
  await create('/services', {
    name: 'web',
    type: 'NodePort',
    selector: { app: 'web' },
    ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
  });
  // Once more, as that pods are ready is news for everybody.
  for (const node of [near, far, near, far]) await node.apply();
  const workers = [
    nodeThatLooks(plane, plane.api, near, (config) => config),
    nodeThatLooks(plane, plane.api, far, (config) => change(config)),
  ];
  stopLooking = () => Promise.all(workers.map((worker) => worker.close()));
});
afterAll(async () => {
  await stopLooking();
  await plane.stop();
});

it('follows a connection to a service over both nodes and back, and says whose the rules are', async () => {
  const answer = await ask({ ...fromA, to: { service: 'default/web' } });
  expect(answer).toMatchObject({ verdict: 'reachable', against: 'desired', sourcePreserved: true, why: null, notes: [] });
  const [path] = answer.paths;
  expect(path).toMatchObject({ share: 1, destination: { port: 8080, node: far.name, pod: 'default/b' }, masqueradedBy: null });
  expect(path?.there.map(({ node }) => node)).toEqual([near.name, far.name]);
  expect(path?.back.map(({ node }) => node)).toEqual([far.name, near.name]);
  const owners = path?.there.flatMap(({ steps }) => steps.flatMap(({ behind }) => behind.flatMap((object) => object.owners)));
  expect(owners).toContainEqual(expect.objectContaining({ kind: 'service', namespace: 'default', name: 'web' }));
});

it('says what keeps the source address of somebody outside', async () => {
  const outside = { from: { outside: { address: '198.51.100.7', via: near.name } }, to: { service: 'default/web' }, port: 80 };
  const answer = await ask(outside);
  expect(answer).toMatchObject({ verdict: 'reachable', sourcePreserved: false, destination: { port: 30080 } });
  expect(answer.paths[0]?.masqueradedBy).toMatchObject({
    node: near.name,
    remedy: expect.stringContaining('externalTrafficPolicy: Local'),
  });
});

it('asks the nodes on the way what is in their kernels', async () => {
  const live = { ...fromA, to: { service: 'default/web' }, against: 'live' };
  expect(await ask(live)).toMatchObject({ verdict: 'reachable', against: 'live' });
  change = (config) => ({ ...config, routes: config.routes.filter(({ netns, via }) => netns !== null || via === null) });
  const lost = await ask(live);
  change = (config) => config;
  expect(lost).toMatchObject({ verdict: 'dropped', paths: [{ why: expect.stringContaining(`the answer is lost on ${far.name}`) }] });
});

it('does not know what a node does that does not answer, and says so', async () => {
  await stopLooking();
  const answer = await plane.api.ok('POST /reachability', { body: { ...fromA, to: { service: 'default/web' }, against: 'live' } });
  expect(answer.body).toMatchObject({
    verdict: 'unknown',
    why: answer.body.paths[0].why,
    paths: [{ why: expect.stringContaining(`${near.name} cannot be asked`) }],
  });
});

it('says what may be otherwise: a node that has not applied what it should', async () => {
  await create('/services', { name: 'later', ports: [{ port: 80 }] });
  const { verdict, notes } = await ask({ ...fromA, to: { service: 'default/later' } });
  expect(verdict).toBe('refused');
  expect(notes).toMatchObject([{ code: 'NodeNotInSync', node: near.name }]);
});

it('follows the name of a headless service to each of its endpoints, and that of a service elsewhere nowhere', async () => {
  await create('/services', { name: 'headless', clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] });
  await create('/services', { name: 'empty', clusterIP: 'None', selector: { app: 'nobody' }, ports: [{ port: 80 }] });
  await create('/services', { name: 'elsewhere', type: 'ExternalName', externalName: 'db.example.com' });
  expect(await ask({ ...fromA, to: { service: 'default/headless' } })).toMatchObject({ verdict: 'reachable', destination: { port: 8080 } });
  const why = async (service: string) => (await ask({ ...fromA, to: { service: `default/${service}` } })).why;
  expect(await why('empty')).toContain('no ready endpoint');
  expect(await why('elsewhere')).toContain('it stands for db.example.com');
});

it.each([
  [{ from: { pod: 'default/nobody' }, to: { address: '198.19.0.1' }, port: 80 }, '/from/pod'],
  [{ from: { node: 'nowhere' }, to: { address: '198.19.0.1' }, port: 80 }, '/from/node'],
  [{ from: { pod: 'default/a' }, to: { service: 'default/nobody' }, port: 80 }, '/to/service'],
  [{ from: { pod: 'default/a' }, to: { node: 'nowhere' }, port: 80 }, '/to/node'],
])('says which name is nobody’s: %j', async (body, pointer) => {
  const { status, body: problem } = await plane.api.send('POST /reachability', { body });
  expect([status, problem.errors]).toMatchObject([422, [{ pointer, code: 'NotFound' }]]);
});

it.each(['0.0.0.0', '127.0.0.1', '224.0.0.1', '255.255.255.255'])(
  'refuses %s at either end: no packet between hosts has it',
  async (address) => {
    const refused = async (body: object) => {
      const { status, body: problem } = await plane.api.send('POST /reachability', { body });
      return [status, problem.errors?.[0]?.pointer];
    };
    expect(await refused({ ...fromA, to: { address } })).toEqual([422, '/to/address']);
    const outside = { from: { outside: { address, via: near.name } }, to: { service: 'default/web' }, port: 80 };
    expect(await refused(outside)).toEqual([422, '/from/outside/address']);
  },
);
