import { eventually } from '@weft/testing';
import { expect, it } from 'vitest';
import { Sessions } from '../../src/asks/sessions.ts';

/** Something that can be seen to be closed. */
class Watched {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

const begin = async () => new Watched();
const LONG_MS = 60_000;

it('keeps what is asked about', async () => {
  const sessions = new Sessions<Watched>(2, LONG_MS);
  const begun = await sessions.begin('one', begin);
  expect(sessions.use('one')).toBe(begun);
  expect(begun.closed).toBe(false);
});

it('ends what nobody asks about', async () => {
  const sessions = new Sessions<Watched>(2, 1);
  const begun = await sessions.begin('one', begin);
  await eventually('its end', () => begun.closed);
  expect(() => sessions.use('one')).toThrow('it has ended');
});

it('ends one thing, and everything', async () => {
  const sessions = new Sessions<Watched>(2, LONG_MS);
  const [one, other] = [await sessions.begin('one', begin), await sessions.begin('other', begin)];
  sessions.end('one');
  sessions.end('nobody');
  expect([one.closed, other.closed]).toEqual([true, false]);
  sessions.close();
  expect(other.closed).toBe(true);
});

it('begins no more than may go on, and nothing twice', async () => {
  const sessions = new Sessions<Watched>(1, LONG_MS);
  const first = sessions.begin('one', begin);
  await expect(sessions.begin('one', begin)).rejects.toThrow('begun before');
  await expect(sessions.begin('other', begin)).rejects.toThrow('no more than 1');
  await first;
  sessions.end('one');
  await sessions.begin('other', begin);
});

it('keeps no room for what could not be begun', async () => {
  const sessions = new Sessions<Watched>(1, LONG_MS);
  await expect(sessions.begin('one', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await sessions.begin('one', begin);
});
