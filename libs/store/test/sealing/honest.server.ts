import { newPrivateKey, signerOf } from '@weft/telemetry';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { request, service, testCluster } from '../support/cluster.ts';
import { joinedNode, report, sealAll, signed, verify } from './sealed-cluster.ts';

const auditor = signerOf(newPrivateKey());

/** How much is done at once; more where there is time. */
const ROUNDS = process.env.WEFT_FAULTS === 'long' ? 60 : 8;

test('honest traffic of two replicas, sealed by both at once, never reads as tampered', async () => {
  const { replicas } = await testCluster({ replicas: 2 });
  const [one, two] = replicas as [(typeof replicas)[0], (typeof replicas)[0]];
  const nodes = await Promise.all(['node-1', 'node-2'].map((name) => joinedNode(one, name)));
  const anchors = [];
  let busy = true;
  const sealers = replicas.map(async (replica) => {
    while (busy) await replica.sealing.seal();
  });
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all([
      ...replicas.flatMap((replica, at) => [1, 2, 3].map((n) => replica.services.create(request(), service(`svc-${round}-${at}-${n}`)))),
      ...nodes.flatMap(({ send, signer }, at) => [1, 2].map((n) => send(signed(report(`r${round}x${at}x${n}`, round, round + 1), signer)))),
      one.namespaces.create(request(), { name: `team-${round}`, labels: { 10: 'a', 9: 'b' } }),
    ]);
    anchors.push(await two.sealing.checkpoint(auditor));
    expect((await verify(two, anchors)).findings.listed).toEqual([]);
  }
  busy = false;
  await Promise.all(sealers);
  await sealAll(one);
  const last = await one.sealing.checkpoint(auditor);
  const { findings, chains } = await verify(one, [...anchors, last]);
  expect(findings.listed).toEqual([]);
  expect(chains.changes).toMatchObject({ head: last.changes, anchoredAt: last, waiting: 0 });
  expect(chains.receipts).toMatchObject({ head: { seq: ROUNDS * 4, hash: last.receipts.hash }, anchoredAt: last, waiting: 0 });
});

test('a receipt that is committed after later ones were sealed is sealed all the same', async () => {
  const { store, databaseUrl } = await testCluster();
  const node = await joinedNode(store, 'node-1');
  const slow = new pg.Client({ connectionString: databaseUrl });
  await slow.connect();
  onTestFinished(() => slow.end());
  await node.send(signed(report('first', 1, 2), node.signer));
  // A transaction that has its serial and takes its time.
  await slow.query('BEGIN');
  await slow.query(
    `WITH r AS (INSERT INTO receipt (id, node_id, node_name, from_revision, to_revision, record, terms, received_at)
       SELECT 'rcpt_slow', 'node_old', 'old', 1, 2, jsonb_set(record, '{id}', '"rcpt_slow"'), terms, now() FROM receipt RETURNING serial)
     INSERT INTO unsealed_receipt SELECT serial FROM r`,
  );
  await node.send(signed(report('last', 1, 2), node.signer));
  await sealAll(store);
  await slow.query('COMMIT');
  await sealAll(store);
  const { findings, chains } = await verify(store, []);
  expect(findings.listed).toEqual([]);
  expect(chains.receipts.head.seq).toBe(3);
});

test('texts that no receipt of late has are forgotten, the receipts and what proves them stay', async () => {
  const { store, databaseUrl } = await testCluster();
  const node = await joinedNode(store, 'node-1');
  await node.send(signed(report('old', 1, 2, 'old words'), node.signer), signed(report('new', 2, 3, 'new words'), node.signer));
  await sealAll(store);
  const clock = new pg.Client({ connectionString: databaseUrl });
  await clock.connect();
  onTestFinished(() => clock.end());
  await clock.query("UPDATE receipt_text SET used_at = now() - interval '3 days' WHERE text = 'old words'");
  expect(await store.upkeep.forgetReceiptTexts(4 * 86_400)).toBe(0);
  expect(await store.upkeep.forgetReceiptTexts(2 * 86_400)).toBe(1);
  const inputOf = async (id: string) => (await store.receipts.get(id)).steps[0]?.input;
  expect([await inputOf('rcpt_old'), await inputOf('rcpt_new')]).toEqual([null, 'new words']);
  expect((await verify(store, [], 0)).findings.listed).toEqual([]);
  // The same words come in again.
  await node.send(signed(report('again', 3, 4, 'old words'), node.signer));
  expect(await inputOf('rcpt_old')).toBe('old words');
});
