import type { DriftChange } from '@weft/model';
import { expect, it } from 'vitest';
import { DriftAccount, type Look } from '../../src/drift/drift-account.ts';

const chain = (name: string): DriftChange => ({ kind: 'nft', object: `chain ${name}`, wanted: null, found: 'null' });

const look = (at: number, changes: readonly DriftChange[], evidence: Look['evidence']): Look => ({
  found: { changes, total: changes.length },
  evidence,
  control: { frozen: false, driftPolicy: 'observe' },
  failure: null,
  at,
});

it('goes on saying who did it when a look that nothing led to finds more', () => {
  const account = new DriftAccount(() => 'a');
  const process = { pid: 7, name: 'nft' };
  const first = account.take(look(1_000, [chain('evil')], { by: 'nft-monitor', process, at: 990 }));
  const second = account.take(look(2_000, [chain('evil'), chain('worse')], null));
  expect(first).toMatchObject({ id: 'drift_a', noticedBy: 'nft-monitor', process, count: 1 });
  expect(second).toMatchObject({ id: 'drift_a', noticedBy: 'nft-monitor', process, count: 2, changes: [{}, {}] });
});

it('says who did the last of it when that is heard', () => {
  const account = new DriftAccount(() => 'a');
  const by = (pid: number, at: number) => ({ by: 'nft-monitor', process: { pid, name: 'nft' }, at }) as const;
  account.take(look(1_000, [chain('evil')], by(7, 990)));
  expect(account.take(look(2_000, [chain('evil'), chain('worse')], by(8, 1_990)))).toMatchObject({ process: { pid: 8 } });
});

it('names what a repair that failed had undone, beside what is found after it', () => {
  const account = new DriftAccount(() => 'a');
  const repair = { control: { frozen: false, driftPolicy: 'repair' } } as const;
  account.take({ ...look(1_000, [chain('one'), chain('two')], null), ...repair, failure: 'no' });
  const repaired = account.take({ ...look(2_000, [chain('two'), chain('three')], null), ...repair });
  expect(repaired?.changes.map(({ object }) => object)).toEqual(['chain two', 'chain three', 'chain one']);
  expect(repaired).toMatchObject({ outcome: 'repaired', count: 2, moreChanges: 0 });
});

it('names of what stands what stands now', () => {
  const account = new DriftAccount(() => 'a');
  account.take(look(1_000, [chain('one'), chain('two')], null));
  expect(account.take(look(2_000, [chain('two')], null))?.changes).toEqual([chain('two')]);
});
