import { owned } from '@weft/compiler';
import { identityOf, isOrdered } from '@weft/kernel';
import type { AuditEvent, Explanation, KernelObject } from '@weft/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Plane, startPlane } from '../harness/plane.ts';
import { HAPPENINGS, type Town } from './happenings.ts';
import { type NodeWithKernel, nodeWithKernel } from './node-with-kernel.ts';

/** Changes that happen on each backend, and things that are explained at least; more when faults are sought for long. */
const [CHANGES, THINGS] = process.env.WEFT_FAULTS === 'long' ? [200, 1_000] : [25, 50];

let plane: Plane;
beforeAll(async () => {
  plane = await startPlane();
  // Nodes of tests do not say that they live.
  await plane.api.ok('PATCH /cluster', { headers: { 'If-Match': '*' }, body: { notReadyAfterSeconds: 3_600 } });
});
afterAll(() => plane.stop());

const contentOf = (object: KernelObject) => `${identityOf(isOrdered(object) ? { ...object, key: object.text } : object)}\n${object.text}`;

/** A thing that is there without a break. */
interface Stay {
  /** The revision that it came with. */
  readonly since: number;
  /** Ids of all whose it was meanwhile. */
  readonly owners: ReadonlySet<string>;
}

/** How long each thing has been there, found by rebuilding every revision there was. */
async function staysUntil(node: NodeWithKernel, revision: number): Promise<ReadonlyMap<string, Stay>> {
  let stays = new Map<string, Stay>();
  for (let at = (await plane.store.past.oldest()) + 1; at <= revision; at++) {
    const state = await plane.store.past.desired(node.id, at).catch(() => null);
    const there = state === null ? [] : owned(state.state, node.id);
    stays = new Map(
      there.map((object) => {
        const { since = at, owners = [] } = stays.get(contentOf(object)) ?? {};
        return [contentOf(object), { since, owners: new Set([...owners, ...object.owners.map(({ id }) => id)]) }];
      }),
    );
  }
  return stays;
}

async function everything(node: NodeWithKernel): Promise<Explanation[]> {
  const items: Explanation[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await plane.api.ok(`GET /nodes/${node.id}/dataplane?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
}

describe.each(['nftables', 'iptables', 'ipvs'])('on a node whose backend is %s', (backend) => {
  it('names for each thing in the kernel the change that it came with, and an object it goes with', async () => {
    const { api } = plane;
    const node = await nodeWithKernel(api, plane.redisUrl, `kernel-${backend}`);
    const other = await nodeWithKernel(api, plane.redisUrl, 'other');
    await api.ok(`PATCH /nodes/${node.id}`, { headers: { 'If-Match': '*' }, body: { backend } });
    const people = await Promise.all(
      ['ann', 'bob'].map(
        async (name) => (await api.ok('POST /tokens', { body: { name: `${name}-${backend}`, role: 'operator' } })).body.token,
      ),
    );
    const town: Town = { api, people, nodes: [node, other], step: 0 };
    for (const [happening, n] of fc.sample(fc.tuple(fc.constantFrom(...HAPPENINGS), fc.nat(1_000)), CHANGES)) {
      await happening(town, n);
      await node.apply();
      await other.apply();
    }
    await node.apply();
    const revision = (await api.ok(`GET /nodes/${node.id}`)).body.status.appliedRevision;
    const stays = await staysUntil(node, revision);
    const changes = new Map<number, AuditEvent>();
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await api.ok(`GET /audit-events?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
      for (const event of body.items as AuditEvent[]) changes.set(event.revision, event);
      cursor = body.nextCursor;
    }
    const explained = await everything(node);
    expect(explained.length).toBe(node.objects().length);
    expect(explained.length).toBeGreaterThan(THINGS);
    // What several services lead to is there since the first of them, which may be gone.
    const ofOne = explained.filter((thing) => thing.owners.length === 1 && stays.get(contentOf(thing))?.owners.size === 1);
    expect(ofOne.filter(({ origin }) => origin !== null).length).toBeGreaterThan(THINGS / 2);
    for (const thing of ofOne) {
      const change = changes.get(stays.get(contentOf(thing))?.since ?? 0);
      const { requestId, actor, operation, revision: at } = change ?? {};
      expect([contentOf(thing), thing.standing, thing.origin]).toEqual([
        contentOf(thing),
        'ours',
        change === undefined ? null : expect.objectContaining({ requestId, actor, operation, revision: at }),
      ]);
      if (operation === 'serviceCreate') expect(thing.owners.map(({ id }) => id)).toEqual([change?.object.id]);
    }
    await Promise.all([node.close(), other.close()]);
  });
});
