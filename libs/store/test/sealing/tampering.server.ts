import { type ChainName, type Checkpoint, linkHash, recordDigest } from '@weft/model';
import type { Store } from '@weft/store';
import { newPrivateKey, signerOf } from '@weft/telemetry';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { request, service, testCluster } from '../support/cluster.ts';
import { joinedNode, report, sealAll, signed, TEXT_SECONDS, verify } from './sealed-cluster.ts';

const auditor = signerOf(newPrivateKey());

/** A cluster with some history, all of it sealed and signed for, and somebody who may do anything to its database. */
async function sealedCluster() {
  const { store, databaseUrl } = await testCluster();
  const node = await joinedNode(store, 'node-1');
  for (const number of [1, 2, 3, 4]) {
    const { revision } = await store.services.create(request({ operation: 'serviceCreate' }), service(`svc-${number}`));
    await node.send(signed(report(`r${number}`, revision - 1, revision, `add element ${number}`), node.signer));
  }
  await sealAll(store);
  const checkpoint = await store.sealing.checkpoint(auditor);
  const intruder = new pg.Client({ connectionString: databaseUrl });
  await intruder.connect();
  onTestFinished(() => intruder.end());
  return { store, node, checkpoint, sql: (text: string, values: unknown[] = []) => intruder.query(text, values) };
}

type Cluster = Awaited<ReturnType<typeof sealedCluster>>;

/** What is found, without the words. */
async function found(store: Store, anchors: readonly Checkpoint[]) {
  const { findings } = await verify(store, anchors);
  return findings.listed.map(({ kind, chain, seq, about }) => ({ kind, chain, seq, about }));
}

/** Rewrites a chain from a link on, as somebody would who knows how it is made. */
async function rewrite({ store, sql }: Cluster, chain: ChainName, from: number): Promise<void> {
  let previous = { seq: 0, hash: '0'.repeat(64) };
  for await (const line of store.sealing.lines(chain, TEXT_SECONDS)) {
    if (line.type !== 'LINK') continue;
    if (line.seq < from || line.record === null) previous = { seq: line.seq, hash: line.hash };
    else {
      const digest = recordDigest(line.record);
      const hash = linkHash(chain, previous, line.recordId, digest);
      await sql('UPDATE chain_link SET digest = $1, hash = $2 WHERE chain = $3 AND seq = $4', [digest, hash, chain, line.seq]);
      previous = { seq: line.seq, hash };
    }
  }
}

test('what nobody touched has no findings, and ends where its checkpoint says', async () => {
  const { store, checkpoint } = await sealedCluster();
  const { findings, chains } = await verify(store, [checkpoint]);
  expect(findings.listed).toEqual([]);
  expect(chains.changes).toMatchObject({ head: checkpoint.changes, anchoredAt: checkpoint, waiting: 0 });
  expect(chains.receipts).toMatchObject({ head: { seq: 4, hash: checkpoint.receipts.hash }, anchoredAt: checkpoint, waiting: 0 });
});

test.each([
  ['who asked', "UPDATE change SET actor_name = 'somebody' WHERE revision = 5"],
  ['what was asked for', "UPDATE change SET after = jsonb_set(after, '{name}', '\"other\"') WHERE revision = 5"],
  ['when', "UPDATE change SET at = at + interval '1 millisecond' WHERE revision = 5"],
  ['whom it concerned', "UPDATE change SET concerns_all = false, concerned_nodes = '{}' WHERE revision = 5"],
])('a change whose %s was edited is found, and which', async (_what, edit) => {
  const { store, checkpoint, sql } = await sealedCluster();
  const { rows } = await sql('SELECT id FROM change WHERE revision = 5');
  expect((await sql(edit)).rowCount).toBe(1);
  const [first, ...others] = await found(store, [checkpoint]);
  expect(first).toEqual({ kind: 'Edited', chain: 'changes', seq: 5, about: `aud_${rows[0].id}` });
  // The receipt that carried it is filed by what it was.
  expect(others.filter(({ kind, about }) => kind !== 'Misfiled' || !about.startsWith('rcpt_r'))).toEqual([]);
});

test('a receipt that was edited is found, as its seal and its signature are over what it was', async () => {
  const { store, checkpoint, sql } = await sealedCluster();
  await sql(`UPDATE receipt SET record = jsonb_set(record, '{message}', '"all is well"') WHERE id = 'rcpt_r2'`);
  expect(await found(store, [checkpoint])).toEqual([
    { kind: 'Edited', chain: 'receipts', seq: 2, about: 'rcpt_r2' },
    { kind: 'Forged', chain: 'receipts', seq: 2, about: 'rcpt_r2' },
  ]);
});

test.each([
  ['revisions', 'from_revision = 998, to_revision = 999'],
  ['objects', "terms = ARRAY(SELECT t FROM unnest(terms) t WHERE t NOT LIKE 'object=%')"],
  ['actors', "terms = ARRAY(SELECT t FROM unnest(terms) t WHERE t NOT LIKE 'actor=%')"],
  ['outcome', "terms = array_remove(terms, 'outcome=applied')"],
  ['node', "node_id = 'node_other'"],
  ['place in lists', 'serial = serial + 1000'],
])('a receipt that was made such that nobody finds it by its %s is found by the verifier', async (_what, edit) => {
  const { store, checkpoint, sql } = await sealedCluster();
  expect((await sql(`UPDATE receipt SET ${edit} WHERE id = 'rcpt_r2'`)).rowCount).toBe(1);
  expect(await found(store, [checkpoint])).toEqual([{ kind: 'Misfiled', chain: 'receipts', seq: null, about: 'rcpt_r2' }]);
});

test('a link that was made to say that its record stands elsewhere, from where sealing would go on, is found', async () => {
  const { store, checkpoint, sql } = await sealedCluster();
  const { rows } = await sql(`UPDATE chain_link SET position = position + 1000 WHERE chain = 'changes' AND seq = 5 RETURNING record_id`);
  expect(await found(store, [checkpoint])).toEqual([{ kind: 'Misfiled', chain: 'changes', seq: null, about: rows[0].record_id }]);
});

test('a text that was edited is found', async () => {
  const { store, checkpoint, sql } = await sealedCluster();
  const { rows } = await sql("UPDATE receipt_text SET text = 'nothing to see' WHERE text = 'add element 2' RETURNING sha256");
  expect(await found(store, [checkpoint])).toEqual([{ kind: 'TextEdited', chain: 'receipts', seq: null, about: rows[0].sha256 }]);
});

test('a text that was deleted is found while a receipt has it that is too young for that', async () => {
  const { store, checkpoint, sql } = await sealedCluster();
  const { rows } = await sql("DELETE FROM receipt_text WHERE text = 'add element 1' RETURNING sha256");
  expect(await found(store, [checkpoint])).toEqual([{ kind: 'TextDeleted', chain: 'receipts', seq: null, about: rows[0].sha256 }]);
  expect((await store.receipts.get('rcpt_r1')).steps).toMatchObject([{ input: null, inputSha256: rows[0].sha256 }]);
  expect((await verify(store, [checkpoint], 0)).findings.listed).toEqual([]);
});

test.each([
  ['change', 'changes', "DELETE FROM change WHERE revision = 5 RETURNING 'aud_' || id AS id", 5],
  ['receipt', 'receipts', "DELETE FROM receipt WHERE id = 'rcpt_r3' RETURNING id", 3],
] as const)('a %s that was deleted is found, and which', async (_what, chain, deletion, seq) => {
  const { store, checkpoint, sql } = await sealedCluster();
  const { rows } = await sql(deletion);
  const [first] = await found(store, [checkpoint]);
  expect(first).toEqual({ kind: 'Deleted', chain, seq, about: rows[0].id });
});

test('a change that was deleted together with its link is missed', async () => {
  const { store, checkpoint, sql } = await sealedCluster();
  await sql('DELETE FROM change WHERE revision = 5');
  await sql("DELETE FROM chain_link WHERE chain = 'changes' AND seq = 5");
  expect(await found(store, [checkpoint])).toContainEqual({ kind: 'Deleted', chain: 'changes', seq: 5, about: '' });
});

test('a change that was deleted before it was sealed is missed', async () => {
  const { store, sql } = await sealedCluster();
  const { revision } = await store.services.create(request(), service('gone'));
  await store.services.create(request(), service('next'));
  await sql('DELETE FROM change WHERE revision = $1', [revision]);
  await sealAll(store);
  expect(await found(store, [])).toMatchObject([{ kind: 'Deleted', chain: 'changes', seq: revision }]);
});

test.each(['changes', 'receipts'] as const)('a cut tail of %s is found, whatever is recorded afterwards', async (chain) => {
  const { store, node, checkpoint, sql } = await sealedCluster();
  const end = checkpoint[chain].seq;
  await sql('DELETE FROM chain_link WHERE chain = $1 AND seq >= $2', [chain, end - 1]);
  await sql(
    chain === 'changes' ? `DELETE FROM change WHERE revision >= ${end - 1}` : "DELETE FROM receipt WHERE id IN ('rcpt_r3', 'rcpt_r4')",
  );
  expect(await found(store, [checkpoint])).toContainEqual({ kind: 'Cut', chain, seq: end - 2, about: checkpoint.id });
  if (chain === 'receipts') {
    await node.send(signed(report('later', 1, 2), node.signer), signed(report('latest', 2, 3), node.signer));
    await sealAll(store);
    expect(await found(store, [checkpoint])).toMatchObject([{ kind: 'Rewritten', chain, seq: end, about: checkpoint.id }]);
  }
});

test('a tail of changes that was cut back to the newest checkpoint is missed by the revision of the cluster, and by what a node signed', async () => {
  const { store, node, checkpoint, sql } = await sealedCluster();
  const { revision } = await store.services.create(request(), service('late'));
  await node.send(signed(report('late', revision - 1, revision), node.signer));
  await sealAll(store);
  const end = checkpoint.changes.seq;
  await sql('DELETE FROM change WHERE revision > $1', [end]);
  await sql("DELETE FROM chain_link WHERE chain = 'changes' AND seq > $1", [end]);
  for (const anchors of [[], [checkpoint]])
    expect(await found(store, anchors)).toEqual([{ kind: 'Cut', chain: 'changes', seq: end, about: '' }]);
  await sql('UPDATE revision_counter SET revision = $1', [end]);
  for (const anchors of [[], [checkpoint]])
    expect(await found(store, anchors)).toEqual([{ kind: 'Cut', chain: 'receipts', seq: 5, about: 'rcpt_late' }]);
});

test('a change that was written after the newest one is found by the revision of the cluster, though it was sealed', async () => {
  const { store, checkpoint, sql } = await sealedCluster();
  await sql('CREATE TEMPORARY TABLE invented AS SELECT * FROM change WHERE revision = $1', [checkpoint.changes.seq]);
  await sql("UPDATE invented SET revision = revision + 1, id = 'invented'");
  await sql('INSERT INTO change SELECT * FROM invented');
  await sealAll(store);
  expect(await found(store, [checkpoint])).toEqual([{ kind: 'Planted', chain: 'changes', seq: null, about: '' }]);
});

test.each(['changes', 'receipts'] as const)('%s that were edited and chained anew are found by a checkpoint', async (chain) => {
  const cluster = await sealedCluster();
  const { store, checkpoint, sql } = cluster;
  await sql(
    chain === 'changes'
      ? "UPDATE change SET actor_name = 'somebody' WHERE revision = 2"
      : "UPDATE receipt SET received_at = received_at + interval '1 millisecond' WHERE id = 'rcpt_r2'",
  );
  await rewrite(cluster, chain, 2);
  expect(await found(store, [])).toEqual([]);
  expect(await found(store, [checkpoint])).toEqual([{ kind: 'Rewritten', chain, seq: checkpoint[chain].seq, about: checkpoint.id }]);
});

test('a link that was edited is found where it was', async () => {
  const { store, checkpoint, sql } = await sealedCluster();
  await sql("UPDATE chain_link SET hash = reverse(hash) WHERE chain = 'receipts' AND seq = 2");
  expect(await found(store, [checkpoint])).toMatchObject([
    { kind: 'Broken', chain: 'receipts', seq: 2 },
    { kind: 'Broken', chain: 'receipts', seq: 3 },
  ]);
});

test('a checkpoint that was edited, or that somebody else signed, is refused', async () => {
  const { store, checkpoint } = await sealedCluster();
  expect(await found(store, [{ ...checkpoint, changes: { ...checkpoint.changes, seq: 1 } }])).toMatchObject([
    { kind: 'CheckpointRefused' },
  ]);
});

test('a receipt that the control plane invents is forged, though it is sealed', async () => {
  const { store, node, sql } = await sealedCluster();
  const invented = signed(report('invented', 1, 2), signerOf(newPrivateKey()));
  await expect(node.send(invented)).rejects.toMatchObject({ code: 'ValidationFailed', errors: [{ pointer: '/receipts/0/signature' }] });
  await expect(node.send({ ...report('bare', 1, 2), signature: null })).rejects.toMatchObject({ code: 'ValidationFailed' });
  await sql(
    `INSERT INTO receipt (id, node_id, node_name, from_revision, to_revision, record, signature, terms, received_at)
     SELECT 'rcpt_invented', node_id, node_name, from_revision, to_revision, jsonb_set(record, '{id}', '"rcpt_invented"'), signature, terms, now() FROM receipt WHERE id = 'rcpt_r1'`,
  );
  expect(await found(store, [])).toEqual([{ kind: 'Planted', chain: 'receipts', seq: null, about: 'rcpt_invented' }]);
  await sql("INSERT INTO unsealed_receipt SELECT serial FROM receipt WHERE id = 'rcpt_invented'");
  await sealAll(store);
  expect(await found(store, [])).toEqual([{ kind: 'Forged', chain: 'receipts', seq: 5, about: 'rcpt_invented' }]);
});

test('a change that was planted among sealed ones is found', async () => {
  const { store, checkpoint, sql } = await sealedCluster();
  await sql('CREATE TEMP TABLE planted AS SELECT * FROM change WHERE revision = 5');
  await sql("UPDATE planted SET revision = -1, id = 'planted'");
  await sql('INSERT INTO change SELECT * FROM planted');
  expect(await found(store, [checkpoint])).toEqual([{ kind: 'Planted', chain: 'changes', seq: null, about: 'aud_planted' }]);
});
