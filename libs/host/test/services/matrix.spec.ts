import { CAPABILITIES } from '@weft/model';
import { expect, it } from 'vitest';
import { SERVICE_CASES } from './cases/index.ts';
import { judge, judgeSame } from './judge.ts';
import { backendMatrix, notShown } from './matrix.ts';

it('docs/backends.md is what the suite shows', async () => {
  await expect(backendMatrix()).toMatchFileSnapshot('../../../../docs/backends.md');
});

it('says which tests have not shown what the page says', () => {
  const all = notShown(new Set());
  expect(all).toContain('iptables, legacy variant UDP: datagrams are balanced like connections');
  expect(all).toContain('switches from ipvs to nftables without losing a connection, new or open');
  expect(all.some((test) => test.startsWith('nftables Scheduler lc'))).toBe(false);
  const [lacking, ...passed] = all;
  expect(notShown(new Set(passed))).toEqual([lacking]);
  expect(notShown(new Set(all))).toEqual([]);
});

it('has a case for every capability', () => {
  expect(new Set(SERVICE_CASES.flatMap(({ needs }) => needs ?? []))).toEqual(new Set(CAPABILITIES));
});

it('has no two cases of the same name', () => {
  const names = SERVICE_CASES.map(({ feature, shows }) => `${feature}: ${shows}`);
  expect(new Set(names).size).toBe(names.length);
});

it('tells wrong outcomes from right ones', () => {
  const probe = { who: { pod: 1 }, to: 'tcp://198.19.0.1:80' } as const;
  const expecting = (expect: Parameters<typeof judge>[0]['expect'], outcomes: string[]) => judge({ ...probe, expect }, outcomes);
  expect(expecting({ from: ['a', 'b'] }, ['a 1.1.1.1', 'b 1.1.1.1'])).toBeNull();
  expect(expecting({ from: ['a', 'b'] }, ['a 1.1.1.1'])).toBe('answers came from a');
  expect(expecting({ from: ['a'] }, ['a 1.1.1.1', 'ETIMEDOUT'])).toBe('1 of 2: ETIMEDOUT');
  expect(expecting({ from: ['a'], sees: 'client' }, ['a ::ffff:100.64.1.2'])).toBeNull();
  expect(expecting({ from: ['a'], sees: 'client' }, ['a 192.0.2.1'])).toBe('a sees 192.0.2.1');
  expect(expecting({ from: ['a'], sees: 'another' }, ['a 100.64.1.2'])).toBe('a sees 100.64.1.2');
  expect(expecting({ from: ['a'], seesPorts: [5, 6] }, ['a 1.1.1.1 5', 'a 1.1.1.1 6'])).toBeNull();
  expect(expecting({ from: ['a'], seesPorts: [5, 6] }, ['a 1.1.1.1 5', 'a 1.1.1.1 7'])).toBe('a sees port 7');
  expect(expecting({ from: ['a'], seesPorts: [5, 6] }, ['a 1.1.1.1'])).toBe('a sees port null');
  expect(expecting({ oneOf: ['a', 'b'] }, ['a 1.1.1.1', 'b 1.1.1.1'])).toBe('answers came from a, b');
  expect(expecting({ shares: { a: [0.4, 0.6], b: [0.4, 0.6] } }, ['a 1', 'a 1', 'a 1', 'b 1'])).toBe('a gave 0.75 of the answers');
  expect(expecting({ shares: { a: [1, 1] } }, ['a 1', 'c 1'])).toBe('an answer came from c');
  expect(expecting('refused', ['ECONNREFUSED', 'a 1.1.1.1'])).toBe('ECONNREFUSED, a 1.1.1.1');
  expect(expecting('silence', ['ECONNREFUSED'])).toBe('ECONNREFUSED');
});

it('tells who found another from who found the same', () => {
  const found = new Map<string, string>();
  const judged = (same: string, outcome: string) =>
    judgeSame({ who: { pod: 1 }, to: 'tcp://198.19.0.1:80', expect: { oneOf: ['a', 'b'], same } }, [outcome], found);
  expect([judged('x', 'a 1.1.1.1'), judged('x', 'a 1.1.1.2'), judged('y', 'b 1.1.1.1')]).toEqual([null, null, null]);
  expect(judged('x', 'b 1.1.1.1')).toBe('b answered, and somebody else was answered by a');
});
