import { askRedis } from '@weft/host';
import { DEFAULT_NETWORK } from '@weft/model';
import { initialise, openStore } from '@weft/store';
import { freshDatabase, freshRedis } from '@weft/testing/servers';
import { expect, test } from 'vitest';

test('a fresh database is migrated, its own, and gone after drop', async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()];
  expect(await initialise({ databaseUrl: one.url }, DEFAULT_NETWORK)).toBe(true);
  expect(await initialise({ databaseUrl: one.url }, DEFAULT_NETWORK)).toBe(false);
  expect(await initialise({ databaseUrl: other.url }, DEFAULT_NETWORK)).toBe(true);
  await one.drop();
  const store = openStore({ databaseUrl: one.url });
  await expect(store.ping()).rejects.toThrow();
  await store.close();
  await other.drop();
});

test('a fresh Redis is empty', async () => {
  const url = await freshRedis();
  expect(await askRedis(url, 'SET left behind')).toBe('+OK');
  expect(await askRedis(await freshRedis(), 'DBSIZE')).toBe(':0');
});
