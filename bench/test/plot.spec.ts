import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowsOfJson } from '../harness/json-lines.ts';
import { keepRows } from '../harness/plot/keep.ts';
import { logScale } from '../harness/plot/scale.ts';
import { panelsOf } from '../harness/plot/series.ts';
import { svgOf } from '../harness/plot/svg.ts';
import { row } from './rows.ts';

const GROWING = [row({ size: 1_000, value: 20, floor: 10, peer: null }), row({ size: 100 }), row({ name: 'at one size' })];

describe('logScale', () => {
  it('puts powers of ten at equal distances, also backwards', () => {
    const scale = logScale([2, 300], 0, 90);
    expect(scale.ticks).toEqual([1, 10, 100, 1_000]);
    expect(scale.ticks.map(scale.at)).toEqual([0, 30, 60, 90].map((at) => expect.closeTo(at)));
    expect(logScale([2, 300], 90, 0).at(10)).toBeCloseTo(60);
  });

  it('has a length also for one value', () => {
    expect(logScale([10], 0, 1).ticks).toEqual([10, 100]);
  });
});

it('plots what was measured at two sizes, by size, each side as far as it goes', () => {
  const [panel, ...others] = panelsOf(GROWING);
  expect(others).toEqual([]);
  expect(panel?.series.map(({ of, points }) => [of, points])).toEqual([
    [
      'value',
      [
        { size: 100, cost: 2 },
        { size: 1_000, cost: 20 },
      ],
    ],
    [
      'floor',
      [
        { size: 100, cost: 1 },
        { size: 1_000, cost: 10 },
      ],
    ],
    ['peer', [{ size: 100, cost: 8 }]],
  ]);
});

it('draws', async () => {
  const panels = panelsOf(GROWING.map((one) => ({ ...one, name: `${one.name} <&> more` })));
  await expect(svgOf(panels, 'services', 'Some CPU, 2 cores')).toMatchFileSnapshot('testdata/plot.svg');
});

describe('what is kept', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const dataplane = { name: 'dataplane', sizeOf: 'services' };

  it('is replaced where it was measured anew, and plotted with the rest', async () => {
    await keepRows(folder, dataplane, [row({ size: 100 }), row({ size: 1_000 })], '');
    await keepRows(folder, dataplane, [row({ size: 100, value: 3 })], '');
    const rows = rowsOfJson(await readFile(join(folder, 'dataplane.jsonl'), 'utf8'));
    expect(rows.map(({ size, value }) => [size, value])).toEqual([
      [100, 3],
      [1_000, 2],
    ]);
    expect(await readFile(join(folder, 'dataplane.svg'), 'utf8')).toContain('one change');
  });

  it('has no plot when nothing was measured at two sizes', async () => {
    await keepRows(folder, dataplane, [row()], '');
    expect(await readdir(folder)).toEqual(['dataplane.jsonl']);
  });
});
