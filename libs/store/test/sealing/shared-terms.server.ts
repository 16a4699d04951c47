import type { ReceiptQuery } from '@weft/store';
import { newPrivateKey, signerOf } from '@weft/telemetry';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { pod, request, service, testCluster } from '../support/cluster.ts';
import { joinedNode, report, sealAll, signed, verify } from './sealed-cluster.ts';

const auditor = signerOf(newPrivateKey());

/** So many changes have more terms than a receipt keeps for itself. */
const MANY = 12;

/** A cluster with three nodes, and somebody who may do anything to its database. */
async function cluster() {
  const { store, databaseUrl } = await testCluster();
  const nodes = [];
  for (const name of ['node-1', 'node-2', 'node-3']) nodes.push(await joinedNode(store, name));
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  const sql = async (text: string) => (await client.query(text)).rows;
  const ids = async (query: Partial<ReceiptQuery> = {}) =>
    (await store.receipts.list({ limit: 1000, cursor: null, ...query })).items.map(({ id }) => id);
  return { store, nodes, sql, ids };
}

type Cluster = Awaited<ReturnType<typeof cluster>>;

/** Makes so many services, each for a request of its own that begins so, and has all nodes tell that they have them: with receipts that begin so as well. */
async function storm({ store, nodes }: Cluster, name: string, count: number) {
  const { revision: from } = await store.cluster.get();
  const made = [];
  for (let n = 0; n < count; n += 1)
    made.push(
      await store.services.create(
        request({ requestId: `${name}-${n}`, actor: { kind: 'user', name, tokenId: null } }),
        service(`${name}-${n}`),
      ),
    );
  const to = made.at(-1)?.revision ?? from;
  for (const [at, node] of nodes.entries()) await node.send(signed(report(`${name}${at}`, from, to), node.signer));
  return { from, to, objects: made.map(({ object }) => object.id), requests: made.map((_, n) => `${name}-${n}`) };
}

const shared = ({ sql }: Cluster) => sql('SELECT sha256, cardinality(terms) AS count FROM receipt_terms ORDER BY at');

test('terms that could not be kept are kept when they are asked for again', async () => {
  const all = await cluster();
  const { store, nodes, sql, ids } = all;
  const { from, to, requests } = await storm(all, 'first', MANY);
  const [, node] = nodes;
  if (node === undefined) throw new Error('there is no node');
  const again = () => node.send(signed(report('again', from - 1, to), node.signer));
  await sql('ALTER TABLE receipt_terms RENAME TO away');
  await expect(again()).rejects.toThrow();
  await sql('ALTER TABLE away RENAME TO receipt_terms');
  await again();
  expect(await ids({ requestId: requests[3] as string })).toContain('rcpt_again');
  await sealAll(store);
});

test('receipts that carried the same many changes keep their terms once, and are found by each of them', async () => {
  const all = await cluster();
  const { store, ids } = all;
  const first = await storm(all, 'first', MANY);
  const second = await storm(all, 'second', MANY);
  expect((await shared(all)).map(({ count }) => count)).toEqual([MANY * 2 + 1, MANY * 2 + 1]);
  for (const n of [0, MANY - 1]) {
    expect(await ids({ requestId: first.requests[n] as string })).toEqual(['rcpt_first2', 'rcpt_first1', 'rcpt_first0']);
    expect(await ids({ object: second.objects[n] as string })).toEqual(['rcpt_second2', 'rcpt_second1', 'rcpt_second0']);
  }
  expect(await ids({ actor: 'first', object: first.objects[3] as string, outcome: 'applied', node: 'node-2' })).toEqual(['rcpt_first1']);
  expect(await ids({ actor: 'second', object: first.objects[3] as string })).toEqual([]);
  expect(await ids({ actor: 'first', outcome: 'failed' })).toEqual([]);
  expect(await ids({ actor: 'nobody' })).toEqual([]);
  expect((await store.receipts.get('rcpt_first0')).requestIds).toEqual(first.requests);
});

test('receipts that carried few changes keep their own terms, and are found together with those that share them', async () => {
  const all = await cluster();
  const { object } = await storm(all, 'many', MANY).then(({ objects }) => ({ object: objects[0] as string }));
  const { from, to, requests } = await storm(all, 'few', 2);
  expect(await shared(all)).toHaveLength(1);
  expect(await all.ids({ requestId: requests[1] as string })).toEqual(['rcpt_few2', 'rcpt_few1', 'rcpt_few0']);
  const [node] = all.nodes;
  // What one node tells again is of both.
  await node?.send(signed(report('both', from - 2, to), node.signer));
  expect(await all.ids({ actor: 'many' })).toEqual(['rcpt_both', 'rcpt_many2', 'rcpt_many1', 'rcpt_many0']);
  expect(await all.ids({ object })).toEqual(['rcpt_many2', 'rcpt_many1', 'rcpt_many0']);
  const page = await all.store.receipts.list({ limit: 2, cursor: null, actor: 'many' });
  expect(page.items.map(({ id }) => id)).toEqual(['rcpt_both', 'rcpt_many2']);
  expect(await all.ids({ actor: 'many', cursor: page.nextCursor })).toEqual(['rcpt_many1', 'rcpt_many0']);
});

test('what is not the same for all nodes is shared by none', async () => {
  const all = await cluster();
  const { revision: from } = await all.store.cluster.get();
  await all.store.pods.create(request({ requestId: 'of-one' }), pod('pod-a', { node: 'node-1' }));
  await storm(all, 'rest', MANY);
  const { revision: to } = await all.store.cluster.get();
  for (const [at, node] of all.nodes.entries()) await node.send(signed(report(`mixed${at}`, from, to), node.signer));
  expect(await shared(all)).toHaveLength(1);
  expect(await all.ids({ requestId: 'of-one' })).toEqual(['rcpt_mixed0']);
  expect(await all.ids({ requestId: 'rest-3' })).toEqual([
    ...[2, 1, 0].map((n) => `rcpt_mixed${n}`),
    ...[2, 1, 0].map((n) => `rcpt_rest${n}`),
  ]);
});

test('a cluster that a version of before may be at work in shares none', async () => {
  const all = await cluster();
  await all.sql('UPDATE cluster SET shared_terms = false');
  const { requests } = await storm(all, 'own', MANY);
  expect(await shared(all)).toEqual([]);
  expect(await all.ids({ requestId: requests[0] as string })).toEqual(['rcpt_own2', 'rcpt_own1', 'rcpt_own0']);
});

test('receipts are found through more shared terms than are looked for at a time, page by page and each once', async () => {
  const all = await cluster();
  for (const name of ['old', 'new']) await storm(all, name, MANY);
  // Somebody who asked for much between the two, a minute each, of which no receipt is there any more, and before and after them.
  await all.sql(`UPDATE receipt_terms SET terms = terms || ARRAY['actor=busy']`);
  await all.sql(`UPDATE receipt_terms SET at = at - interval '10 days' WHERE terms @> ARRAY['actor=old']`);
  await all.sql(`UPDATE receipt SET received_at = received_at - interval '10 days' WHERE id LIKE 'rcpt_old%'`);
  await all.sql(
    `INSERT INTO receipt_terms (sha256, terms, at) SELECT 'of-nobody-' || n, ARRAY['actor=busy'], now() - make_interval(mins => n) FROM generate_series(1, 9000) n`,
  );
  const expected = ['new2', 'new1', 'new0', 'old2', 'old1', 'old0'].map((id) => `rcpt_${id}`);
  expect(await all.ids({ actor: 'busy' })).toEqual(expected);
  expect(await all.ids({ actor: 'busy', node: 'node-3' })).toEqual(['rcpt_new2', 'rcpt_old2']);
  expect(await all.ids({ actor: 'busy', outcome: 'failed' })).toEqual([]);
  const pages = [];
  for (let cursor: string | null | undefined = null; cursor !== undefined; ) {
    const page = await all.store.receipts.list({ limit: 2, cursor, actor: 'busy' });
    pages.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  }
  expect(pages).toEqual(expected);
});

test('receipts whose numbers are not in the order of their times are found each once', async () => {
  const all = await cluster();
  for (const name of ['old', 'new']) await storm(all, name, MANY);
  await all.sql(`UPDATE receipt_terms SET terms = terms || ARRAY['actor=busy']`);
  await all.sql(`UPDATE receipt_terms SET at = at - interval '10 days' WHERE terms @> ARRAY['actor=old']`);
  await all.sql(
    `UPDATE receipt SET received_at = received_at - interval '10 days' - make_interval(secs => serial) WHERE id LIKE 'rcpt_old%'`,
  );
  await all.sql(
    `INSERT INTO receipt_terms (sha256, terms, at) SELECT 'of-nobody-' || n, ARRAY['actor=busy'], now() - make_interval(mins => n) FROM generate_series(1, 3000) n`,
  );
  const expected = ['new2', 'new1', 'new0', 'old2', 'old1', 'old0'].map((id) => `rcpt_${id}`);
  expect(await all.ids({ actor: 'busy' })).toEqual(expected);
});

test('what a database that was restored has not given out again yet is shared by none', async () => {
  const all = await cluster();
  const { from, to } = await storm(all, 'known', MANY);
  const [node] = all.nodes;
  await node?.send(signed(report('ahead', from, to + 100), node.signer));
  expect(await shared(all)).toHaveLength(1);
  expect(await all.ids({ requestId: 'known-0' })).toEqual(['rcpt_ahead', 'rcpt_known2', 'rcpt_known1', 'rcpt_known0']);
});

test('of a day all are found, and nothing older is looked through for it', async () => {
  const all = await cluster();
  for (const name of ['old', 'new']) await storm(all, name, MANY);
  await all.sql(`UPDATE receipt_terms SET terms = terms || ARRAY['actor=busy']`);
  await all.sql(`UPDATE receipt_terms SET at = at - interval '10 days' WHERE terms @> ARRAY['actor=old']`);
  await all.sql(`UPDATE receipt SET received_at = received_at - interval '10 days' WHERE id LIKE 'rcpt_old%'`);
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  expect(await all.ids({ actor: 'busy', since: ago(1) })).toEqual(['rcpt_new2', 'rcpt_new1', 'rcpt_new0']);
  expect(await all.ids({ actor: 'busy', since: ago(11), until: ago(1) })).toEqual(['rcpt_old2', 'rcpt_old1', 'rcpt_old0']);
  expect(await all.ids({ actor: 'busy', since: ago(9), until: ago(1) })).toEqual([]);
});

test('terms whose receipts did not come in are forgotten, and no others', async () => {
  const all = await cluster();
  await storm(all, 'kept', MANY);
  await all.sql("UPDATE receipt_terms SET at = at - interval '25 hours'");
  await all.sql(
    `INSERT INTO receipt_terms (sha256, terms, at) VALUES ('refused', '{actor=nobody}', now() - interval '25 hours'), ('late', '{actor=nobody}', now())`,
  );
  expect(await all.store.upkeep.forgetReceiptTerms(86_400)).toBe(1);
  expect((await shared(all)).map(({ sha256 }) => sha256)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), 'late']);
  expect(await all.ids({ actor: 'kept' })).toHaveLength(3);
});

test('receipts with shared terms are sealed with the requests that they carried, and read as untouched', async () => {
  const all = await cluster();
  await storm(all, 'sealed', MANY);
  await sealAll(all.store);
  const anchor = await all.store.sealing.checkpoint(auditor);
  expect((await verify(all.store, [anchor])).findings.listed).toEqual([]);
});

test.each([
  ['a request', "terms = array_remove(terms, 'request=sealed-3')", ['Edited', 'Edited', 'Edited', 'Misfiled', 'Misfiled', 'Misfiled']],
  ['an actor', "terms = array_remove(terms, 'actor=sealed')", ['Misfiled', 'Misfiled', 'Misfiled']],
  ['everything', "sha256 = 'another'", ['Edited', 'Edited', 'Edited', 'Misfiled', 'Misfiled', 'Misfiled']],
])('%s that is taken out of shared terms is found at every receipt that has them', async (_what, edit, kinds) => {
  const all = await cluster();
  await storm(all, 'sealed', MANY);
  await sealAll(all.store);
  const anchor = await all.store.sealing.checkpoint(auditor);
  await all.sql(`UPDATE receipt_terms SET ${edit}`);
  const { findings } = await verify(all.store, [anchor]);
  expect(findings.listed.map(({ kind }) => kind).sort()).toEqual(kinds);
});
