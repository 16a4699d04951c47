import { versionSum } from '@weft/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carry, isOld, type SharedVersions } from '../src/agent/shared-sum.ts';

const EPOCH = '00000000-0000-4000-8000-000000000000';

/** What a database says that has these versions of everything, and these ids that are gone with the revision at which they went. */
function since(known: number | null, all: ReadonlyMap<string, number>, gone: ReadonlyMap<string, number>) {
  return {
    known,
    changed: Object.fromEntries([...all].filter(([, revision]) => revision > (known ?? 0))),
    removed: known === null ? [] : [...gone].filter(([, revision]) => revision > known).map(([id]) => id),
  };
}

test('the sum is that of all versions, whatever changes and wherever it is read on top of', () => {
  const step = fc.record({
    ids: fc.subarray(Array.from({ length: 400 }, (_, n) => n)),
    gone: fc.boolean(),
    behind: fc.boolean(),
    forgotten: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
      const [all, gone] = [new Map<string, number>(), new Map<string, number>()];
      let base: SharedVersions | null = null;
      let before: SharedVersions | null = null;
      for (const [at, { ids, gone: go, behind, forgotten }] of steps.entries()) {
        const revision = at + 1;
        for (const id of ids.map((n) => `svc_${n}`)) {
          if (go) all.delete(id);
          else all.set(id, revision);
          if (go) gone.set(id, revision);
        }
        // A statement that began before another one was answered reads on top of older versions.
        const on = behind ? before : base;
        const { sum, next } = carry(on, { epoch: EPOCH, revision }, since(forgotten ? null : (on?.revision ?? null), all, gone), at);
        expect(sum).toBe(versionSum(all));
        [before, base] = [base, next];
      }
    }),
    // What fails here fails in large sums, and making them smaller takes minutes.
    { numRuns: 40, endOnFailure: true },
  );
});

test('few changes are read on top of the same versions again, many are put in their place', () => {
  const all = new Map<string, number>(Array.from({ length: 1_000 }, (_, n) => [`svc_${n}`, 1]));
  const { next: base } = carry(null, { epoch: EPOCH, revision: 1 }, since(null, all, new Map()), 0);
  all.set('svc_7', 2);
  expect(carry(base, { epoch: EPOCH, revision: 2 }, since(1, all, new Map()), 0).next).toBe(base);
  for (let n = 0; n < 500; n += 1) all.set(`svc_${n}`, 3);
  const moved = carry(base, { epoch: EPOCH, revision: 3 }, since(1, all, new Map()), 9).next;
  expect(moved).toMatchObject({ revision: 3, versions: all, sum: versionSum(all), readAt: 0 });
  expect([isOld(moved, 600_000), isOld(moved, 600_001)]).toEqual([false, true]);
});

test('versions are put in their place after many revisions too, and what went and came back is there', () => {
  const all = new Map([['svc_1', 1]]);
  const { next: base } = carry(null, { epoch: EPOCH, revision: 1 }, since(null, all, new Map()), 0);
  all.set('svc_1', 1_025);
  const moved = carry(base, { epoch: EPOCH, revision: 1_025 }, { known: 1, changed: { svc_1: 1_025 }, removed: ['svc_1'] }, 0).next;
  expect(moved).toMatchObject({ revision: 1_025, versions: all, sum: versionSum(all) });
});
