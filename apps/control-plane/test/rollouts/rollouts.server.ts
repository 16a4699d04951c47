import type { AuditEvent, Rollout } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Plane, startPlane } from '../harness/plane.ts';
import { type FakeNode, fakeNode } from './fake-node.ts';

/** A node has 15 s to answer a question, and a step is tried again where Redis did not. */
const PATIENCE_MS = 50_000;
vi.setConfig({ testTimeout: 2 * PATIENCE_MS });

let plane: Plane;
let nodes: FakeNode[];

const names = () => nodes.map(({ name }) => name);

const begin = async (body: object): Promise<Rollout> =>
  (await plane.api.ok('POST /rollouts', { body: { nodes: names(), soakSeconds: 0, ...body } })).body;
const view = async (id: string): Promise<Rollout> => (await plane.api.ok(`GET /rollouts/${id}`)).body;

/** The rollout, once it is in one of these phases. */
const inPhase = (id: string, ...phases: string[]): Promise<Rollout> =>
  eventually(
    `rollout in ${phases}`,
    async () => {
      const rollout = await view(id);
      return phases.includes(rollout.status.phase) ? rollout : null;
    },
    { withinMs: PATIENCE_MS, everyMs: 100 },
  );

/** Updates of nodes that a rollout made, oldest first: `name backend`. */
async function updates(id: string): Promise<string[]> {
  const { items } = (await plane.api.ok(`GET /audit-events?requestId=${id}&limit=1000`)).body as { items: AuditEvent[] };
  return items
    .filter(({ operation }) => operation === 'nodeUpdate')
    .reverse()
    .map(({ object, after }) => `${object.name} ${(after as { backend: string }).backend}`);
}

const states = ({ status }: Rollout) => status.nodes.map(({ state }) => state);

/** How many rollouts and nodes of rollouts the metrics say are in each phase or state. */
async function measured(): Promise<Record<string, number>> {
  const lines = (await plane.api.ok('GET /metrics')).body.matchAll(/^weft_rollout(?:s|_nodes)\{\w+="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries(Array.from(lines, ([, where, count]) => [where, Number(count)]));
}

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

beforeEach(async () => {
  nodes = [];
  for (const kind of ['a', 'b', 'c']) nodes.push(await fakeNode(plane.api, plane.redisUrl, kind));
  const [first = '', second = ''] = names();
  for (const [name, node] of Object.entries({ [`p-${first}`]: first, [`p-${second}`]: second }))
    await plane.api.ok('POST /pods', {
      body: { name, node, labels: { app: first }, ports: [{ containerPort: 80 }], runtime: { type: 'none' } },
    });
  await plane.api.ok('POST /services', { body: { name: `s-${first}`, selector: { app: first }, ports: [{ port: 80 }] } });
  for (const node of nodes) await node.apply();
  await eventually('nodes that have everything', async () => {
    const phases = await Promise.all(nodes.map(async ({ id }) => (await plane.api.ok(`GET /nodes/${id}`)).body.status.phase));
    return phases.every((phase) => phase === 'Ready');
  });
});
afterEach(async () => {
  for (const node of nodes) await node.close();
});

it('changes one node after the other, canaries first, and is recorded node by node', async () => {
  const [a, b, c] = names();
  const rollout = await begin({ change: { backend: 'iptables' }, canary: [c] });
  expect(rollout.status).toMatchObject({ phase: 'Running', nodes: [{ name: c, canary: true }, { name: a }, { name: b }] });
  const done = await inPhase(rollout.id, 'Done', 'Halted', 'Reverted');
  expect(done.status).toMatchObject({ phase: 'Done', message: 'every node of it has the change' });
  expect(await updates(rollout.id)).toEqual([`${c} iptables`, `${a} iptables`, `${b} iptables`]);
  expect(nodes.map(({ backend }) => backend())).toEqual(['iptables', 'iptables', 'iptables']);
  expect((await plane.api.ok('GET /rollouts?limit=1000')).body.items).toContainEqual(done);
});

it('takes the change back when a canary is not as well as before, and says why', async () => {
  const [a, b] = names();
  const [first, second] = nodes as [FakeNode, FakeNode];
  first.meets = (backend) => (backend === 'iptables' ? 'ETIMEDOUT' : null);
  const rollout = await begin({ change: { backend: 'iptables' } });
  const over = await inPhase(rollout.id, 'Reverted', 'Halted', 'Done');
  expect(over.status.phase).toBe('Reverted');
  expect(over.status.message).toMatch(
    new RegExp(`^the change was taken back: ${a}: from ${a} to .*: 3 of 3 connections failed \\(ETIMEDOUT\\)`),
  );
  expect(states(over)).toEqual(['Reverted', 'Waiting', 'Waiting']);
  expect(await updates(rollout.id)).toEqual([`${a} iptables`, `${a} nftables`]);
  expect([first.backend(), second.backend()]).toEqual(['nftables', 'nftables']);
  expect(over.status.nodes[1]?.name).toBe(b);
});

it('takes it back on all that have it, last first, when a later one fails: also when only its neighbour sees it', async () => {
  const [a, b] = names();
  const [first, second] = nodes as [FakeNode, FakeNode, FakeNode];
  const podOfB = (await plane.api.ok(`GET /pods?name=p-${b}`)).body.items[0].ip;
  const blind = (_backend: string, { targets }: { targets: readonly { ip: string }[] }) =>
    second.backend() === 'iptables' && targets.length === 1 && targets[0]?.ip === podOfB ? 'EHOSTUNREACH' : null;
  for (const node of nodes) if (node !== second) node.meets = blind;
  const rollout = await begin({ change: { backend: 'iptables' } });
  const over = await inPhase(rollout.id, 'Reverted', 'Halted', 'Done');
  expect(over.status.message).toContain(`to pod default/p-${b} on ${b} (${podOfB}:80): 3 of 3 connections failed (EHOSTUNREACH)`);
  expect(await updates(rollout.id)).toEqual([`${a} iptables`, `${b} iptables`, `${b} nftables`, `${a} nftables`]);
  expect(first.backend()).toBe('nftables');
});

it('leaves what somebody changed meanwhile', async () => {
  const [a] = nodes as [FakeNode];
  a.meets = (backend) => (backend === 'iptables' ? 'ETIMEDOUT' : null);
  const rollout = await begin({ change: { backend: 'iptables', strictArp: true }, nodes: [a.name], onFailure: 'halt' });
  await inPhase(rollout.id, 'Halted');
  await plane.api.ok(`PATCH /nodes/${a.id}`, { headers: { 'If-Match': '*' }, body: { strictArp: false } });
  await plane.api.ok(`POST /rollouts/${rollout.id}/revert`);
  await inPhase(rollout.id, 'Reverted');
  expect((await plane.api.ok(`GET /nodes/${a.id}`)).body).toMatchObject({ backend: 'nftables', strictArp: false });
});

describe('an operator', () => {
  it('resumes what was halted', async () => {
    const [a] = nodes as [FakeNode];
    let broken = true;
    a.meets = (backend) => (broken && backend === 'iptables' ? 'ECONNREFUSED' : null);
    const rollout = await begin({ change: { backend: 'iptables' }, onFailure: 'halt' });
    const halted = await inPhase(rollout.id, 'Halted');
    expect(halted.status.message).toMatch(/ECONNREFUSED.*; resume, revert or cancel it$/);
    expect(states(halted)).toEqual(['Failed', 'Waiting', 'Waiting']);
    expect(await measured()).toMatchObject({ Halted: 1, Running: 0, Failed: 1, Waiting: 2, Probing: 0 });
    broken = false;
    await plane.api.ok(`POST /rollouts/${rollout.id}/resume`);
    await inPhase(rollout.id, 'Done');
    expect(await updates(rollout.id)).toHaveLength(3);
  });

  it('halts: the node that is changing gets its change, no other is changed until it is resumed', async () => {
    const [a] = nodes as [FakeNode];
    a.stuck = true;
    const rollout = await begin({ change: { backend: 'iptables' } });
    await eventually('the first node changing', async () => states(await view(rollout.id))[0] === 'Changing', { withinMs: PATIENCE_MS });
    expect((await plane.api.ok(`POST /rollouts/${rollout.id}/halt`)).body.status.phase).toBe('Halted');
    expect((await plane.api.ok(`POST /rollouts/${rollout.id}/halt`)).body.status.phase).toBe('Halted');
    a.stuck = false;
    for (const node of nodes) await node.apply();
    expect(nodes.map(({ backend }) => backend())).toEqual(['iptables', 'nftables', 'nftables']);
    expect(states(await view(rollout.id))).toEqual(['Changing', 'Waiting', 'Waiting']);
    await plane.api.ok(`POST /rollouts/${rollout.id}/resume`);
    await inPhase(rollout.id, 'Done');
    expect((await plane.api.send(`POST /rollouts/${rollout.id}/halt`)).body.code).toBe('RolloutPhase');
  });

  it('cancels: nodes keep what they have and are free for another rollout', async () => {
    const [a] = nodes as [FakeNode];
    a.stuck = true;
    const rollout = await begin({ change: { backend: 'iptables' } });
    await eventually('the first node changing', async () => states(await view(rollout.id))[0] === 'Changing', { withinMs: PATIENCE_MS });
    const refused = await plane.api.send('POST /rollouts', { body: { change: { podLink: 'routed' }, nodes: [a.name] } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'RolloutUnderWay', detail: expect.stringContaining(rollout.id) } });
    expect((await plane.api.ok(`POST /rollouts/${rollout.id}/cancel`)).body.status.phase).toBe('Cancelled');
    expect((await plane.api.ok(`POST /rollouts/${rollout.id}/cancel`)).body.status.phase).toBe('Cancelled');
    expect((await plane.api.send(`POST /rollouts/${rollout.id}/resume`)).body.code).toBe('RolloutPhase');
    a.stuck = false;
    for (const node of nodes) await node.apply();
    expect(nodes.map(({ backend }) => backend())).toEqual(['iptables', 'nftables', 'nftables']);
    const next = await begin({ change: { backend: 'nftables' }, nodes: [a.name] });
    await inPhase(next.id, 'Done');
    expect(a.backend()).toBe('nftables');
  });

  it('takes back what is done', async () => {
    const rollout = await begin({ change: { backend: 'iptables' }, maxUnavailable: 3 });
    await inPhase(rollout.id, 'Done');
    await plane.api.ok(`POST /rollouts/${rollout.id}/revert`);
    expect((await inPhase(rollout.id, 'Reverted')).status.message).toBe('the change was taken back');
    expect(nodes.map(({ backend }) => backend())).toEqual(['nftables', 'nftables', 'nftables']);
  });
});

it('halts at a node that does not answer when it is asked to probe, and changes nothing on it', async () => {
  const [a] = nodes as [FakeNode];
  await a.close();
  const rollout = await begin({ change: { backend: 'iptables' } });
  const halted = await inPhase(rollout.id, 'Halted', 'Done');
  expect(halted.status.message).toContain(`${a.name} does not answer when it is asked to probe`);
  expect(await updates(rollout.id)).toEqual([]);
});

it('refuses, before anything starts, what a node cannot do, what names no node, and what says nothing', async () => {
  const code = async (body: object) => (await plane.api.send('POST /rollouts', { body })).body;
  const [a] = names();
  expect(await code({ change: { backend: 'ipvs' }, nodes: [a] })).toMatchObject({
    code: 'BackendUnsupported',
    errors: [{ pointer: '/change/backend', message: expect.stringContaining(a as string) }],
  });
  expect(await code({ change: { backend: 'iptables' }, nodes: ['nobody'] })).toMatchObject({
    code: 'ValidationFailed',
    errors: [{ pointer: '/nodes/0' }],
  });
  expect(await code({ change: { backend: 'iptables' }, labelSelector: 'rack=none' })).toMatchObject({
    errors: [{ pointer: '/labelSelector' }],
  });
  expect(await code({ change: { backend: 'iptables' }, nodes: [a], canary: ['other'] })).toMatchObject({
    errors: [{ pointer: '/canary/0' }],
  });
  expect(await code({ change: {}, nodes: [a] })).toMatchObject({ code: 'ValidationFailed' });
  expect(await code({ change: { backend: 'iptables', cordoned: true }, nodes: [a] })).toMatchObject({ code: 'UnknownField' });
});

it('gives a node to one of the rollouts that ask for it at once', async () => {
  for (const node of nodes) node.stuck = true;
  const asked = names().flatMap((name) => [[name], names(), [name]]);
  const answers = await Promise.all(
    asked.map((chosen) => plane.api.send('POST /rollouts', { body: { change: { backend: 'iptables' }, nodes: chosen } })),
  );
  const begun = answers
    .filter(({ status }) => status === 201)
    .flatMap(({ body }) => (body as Rollout).status.nodes.map(({ name }) => name));
  expect(begun.sort()).toEqual(names().sort());
  expect(new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code))).toEqual(new Set(['RolloutUnderWay']));
  const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
  for (const id of ids) await plane.api.ok(`POST /rollouts/${id}/cancel`);
});

it('happens once with two control planes, and goes on when one of them ends', async () => {
  const other = await plane.replica();
  const rollout = await begin({ change: { backend: 'iptables' } });
  await eventually('the first node done', async () => states(await view(rollout.id))[0] === 'Done', { withinMs: PATIENCE_MS });
  await other.stop();
  await inPhase(rollout.id, 'Done');
  expect(await updates(rollout.id)).toEqual(names().map((name) => `${name} iptables`));
});
