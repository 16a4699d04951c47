import { inventorySum } from '@weft/kernel';
import type { KernelObject } from '@weft/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunningSum } from '../../src/rules-hash/running-sum.ts';

const object = (key: string): KernelObject => ({ kind: 'nft-element', place: 'table ip weft set service-ips', key, text: key });

/** More than is hashed at once. */
const MANY = 5_000;
const many = (of: number) => Array.from({ length: MANY }, (_, nth) => object(`${of} ${nth}`));

/** What may happen to an inventory and its sum, in any order. */
const happenings = fc.array(fc.oneof(fc.constantFrom('begin', 'ask', 'forget', 'catch up'), fc.integer({ min: 0, max: 2 })), {
  maxLength: 12,
});

test('is that of the whole, however it came to be', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const there = new Map<number, readonly KernelObject[]>();
      const whole = () => [...there.values()].flat();
      const sum = new RunningSum(whole);
      for (const one of all)
        if (one === 'catch up') sum.catchUp();
        else if (one === 'begin') sum.begin();
        else if (one === 'ask') expect(sum.value).toBe(inventorySum(whole()));
        else if (one === 'forget') sum.forget();
        else {
          const before = there.get(one) ?? [];
          const after = before.length === 0 ? many(one) : [];
          there.set(one, after);
          sum.follow({ before: () => before, after: () => after });
        }
      expect(sum.value).toBe(inventorySum(whole()));
    }),
    { numRuns: 30 },
  );
});

test('is taken little by little until it is not behind', () => {
  let listed = 0;
  const sum = new RunningSum(function* () {
    for (const one of many(0)) {
      listed += 1;
      yield one;
    }
  });
  const seen: number[] = [];
  for (let done = false; !done; ) {
    done = sum.catchUp();
    seen.push(listed);
  }
  expect(seen[0]).toBeLessThan(MANY / 2);
  expect([seen.length > 2, seen.at(-1)]).toEqual([true, MANY]);
  expect(sum.value).toBe(inventorySum(many(0)));
});
