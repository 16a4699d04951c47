import { freshDatabase } from '@weft/testing/servers';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { type Database, openDatabase, type Tables } from '../src/database/database.ts';
import { Prisma } from '../src/generated/client.ts';

/** A database without a cluster, over two connections: what one test leaves behind on one, the next statement meets. */
async function open(): Promise<Database> {
  const { url, drop } = await freshDatabase();
  const database = openDatabase({ databaseUrl: url, connections: 2 });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  return database;
}

const namespace = (name: string) => ({
  id: `ns_${name}`,
  name,
  labels: {},
  labelTerms: [],
  revision: 7n,
  createdAt: new Date(0),
  updatedAt: new Date(0),
});

const names = (database: Database) =>
  database.read(async (tables) => (await tables.namespace.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name));

test('models and statements of one transaction see each other and happen together', async () => {
  const database = await open();
  const seen = await database.transaction(async (tables) => {
    await tables.namespace.create({ data: namespace('by-model') });
    await tables.$executeRaw`INSERT INTO namespace SELECT 'ns_2', 'by-statement', labels, label_terms, generation, revision, created_at, updated_at FROM namespace`;
    return [await tables.namespace.count(), (await tables.$queryRaw<{ name: string }[]>`SELECT name FROM namespace ORDER BY name`).length];
  });
  expect(seen).toEqual([2, 2]);
  expect(await names(database)).toEqual(['by-model', 'by-statement']);

  const failed = database.transaction(async (tables) => {
    await tables.$executeRaw`DELETE FROM namespace WHERE name = 'by-model'`;
    await tables.namespace.deleteMany({});
    throw new Error('not after all');
  });
  await expect(failed).rejects.toThrow('not after all');
  expect(await names(database)).toEqual(['by-model', 'by-statement']);
});

test('statements that do not wait for one another happen in the order they were asked for, and fail together', async () => {
  const database = await open();
  const all = await database.transaction(async (tables) => {
    await tables.namespace.create({ data: namespace('one') });
    return Promise.all([
      tables.$executeRaw`UPDATE namespace SET generation = generation + 1`,
      tables.$queryRaw<{ generation: number }[]>`SELECT generation FROM namespace`,
      tables.$executeRaw`UPDATE namespace SET generation = generation * 10`,
      tables.$queryRaw<{ generation: number }[]>`SELECT generation FROM namespace`,
    ]);
  });
  expect(all).toEqual([1, [{ generation: 2 }], 1, [{ generation: 20 }]]);

  for (let turn = 0; turn < 4; turn += 1)
    await expect(
      database.transaction((tables) =>
        Promise.all([
          tables.$executeRaw`DELETE FROM namespace`,
          tables.$executeRaw`SELECT 1 / 0`,
          tables.$executeRaw`INSERT INTO namespace SELECT * FROM namespace`,
        ]),
      ),
    ).rejects.toThrow('division by zero');
  expect(await names(database)).toEqual(['one']);
});

test('a transaction fails with the first statement that failed, whether or not somebody waited for it', async () => {
  const database = await open();
  const works: ((tables: Tables) => Promise<unknown>)[] = [
    async (tables) => tables.$executeRaw`SELECT 1 / 0`.catch(() => undefined),
    async (tables) => void tables.$executeRaw`SELECT 1 / 0`,
    async (tables) => {
      void tables.$executeRaw`SELECT 1 / 0`;
      await tables.$queryRaw`SELECT 1`;
    },
  ];
  for (const work of works) {
    const failed = database.transaction(async (tables) => {
      await tables.namespace.create({ data: namespace('lost') });
      await work(tables);
    });
    await expect(failed).rejects.toThrow('division by zero');
  }
  expect(await names(database)).toEqual([]);
});

test('nobody writes in a transaction that is over', async () => {
  const database = await open();
  const kept = await database.transaction(async (tables) => tables);
  const write = kept.$executeRaw`INSERT INTO namespace SELECT * FROM namespace`;
  await expect(write).rejects.toThrow('the transaction is over');
  await expect(kept.namespace.create({ data: namespace('late') })).rejects.toThrow('the transaction is over');
  expect(await names(database)).toEqual([]);
});

test('a name that is taken is the same problem to a model and to a statement', async () => {
  const database = await open();
  await database.transaction((tables) => tables.namespace.create({ data: namespace('one') }));
  const again = { ...namespace('one'), id: 'ns_other' };
  const byModel = database.transaction((tables) => tables.namespace.create({ data: again }));
  const byStatement = database.transaction(
    (tables) =>
      tables.$executeRaw`INSERT INTO namespace SELECT ${again.id}, name, labels, label_terms, generation, revision, created_at, updated_at FROM namespace`,
  );
  for (const refused of [byModel, byStatement]) await expect(refused).rejects.toMatchObject({ code: 'NameTaken' });
});

test('values keep their types, within templates too', async () => {
  const database = await open();
  const at = new Date('2026-11-21T12:34:56.789Z');
  const some = Prisma.sql`${['a', 'b"c']}::text[] AS texts, ${9007199254740993n}::bigint AS big`;
  const [row] = await database.read(
    (tables) => tables.$queryRaw<object[]>`
      SELECT ${some}, ${at}::timestamptz(3) AS at, ${null}::text AS nothing, ${'10.0.0.1'}::inet AS ip, ${JSON.stringify({ a: [1] })}::jsonb AS json,
        ARRAY[1, 2]::bigint[] AS bigs, ARRAY[]::bigint[] AS none, ${true}::boolean AS yes, 1.5::float8 AS half, 3::int AS three`,
  );
  expect(row).toEqual({
    texts: ['a', 'b"c'],
    big: 9007199254740993n,
    at,
    nothing: null,
    ip: '10.0.0.1',
    json: { a: [1] },
    bigs: [1n, 2n],
    none: [],
    yes: true,
    half: 1.5,
    three: 3,
  });
});

test('lists of texts come back as they were written, whatever is in them', async () => {
  const database = await open();
  const text = fc.oneof(fc.string(), fc.constantFrom('', 'NULL', 'null', ',', '{}', '"', '\\', 'a b', 'request=req_1', '{a,b}', ' '));
  const lists = fc.sample(
    fc.array(
      text.map((one) => one.replaceAll('\0', '')),
      { maxLength: 6 },
    ),
    300,
  );
  const rows = await database.read((tables) =>
    Promise.all(lists.map((list) => tables.$queryRaw<{ list: string[] }[]>`SELECT ${list}::text[] AS list`)),
  );
  expect(rows.map(([row]) => row?.list)).toEqual(lists);
  expect(await database.read((tables) => tables.$queryRaw`SELECT ARRAY['a', NULL] AS list`)).toEqual([{ list: ['a', null] }]);
});
