import { describe, expect, it } from 'vitest';
import type { Area, Measurement } from '../harness/area.ts';
import { wantedOf } from '../harness/arguments.ts';
import { figure, type Row } from '../harness/figure.ts';
import { measure } from '../harness/measure.ts';

const one = (name: string, changes: Partial<Measurement> = {}): Measurement => ({
  name,
  sizes: [1, 10],
  quickSizes: [1],
  take: async (size) => [figure({ name, size, unit: 'ms' }, [size])],
  ...changes,
});

async function measured(measurements: readonly Measurement[], ...argv: readonly string[]) {
  const area: Area = { summary: 'a', sizeOf: 'things', measurements };
  const told: Row[] = [];
  const said: string[] = [];
  const bench = { quick: false, say: (text: string) => said.push(text) };
  const result = await measure([{ name: 'thing', area }], wantedOf(argv, []), bench, (row) => told.push(row));
  const taken = result.rows.map(({ area: of, name, size }) => `${of} ${name} ${size}`);
  return { ...result, told, said, taken };
}

describe('measure', () => {
  it('takes every measurement at every size, and tells of rows as they come', async () => {
    const { taken, told, rows } = await measured([one('a'), one('b')]);
    expect(taken).toEqual(['thing a 1', 'thing a 10', 'thing b 1', 'thing b 10']);
    expect(told).toEqual(rows);
  });

  it.each([
    [['--quick'], ['thing a 1', 'thing b 1']],
    [
      ['--only', 'b'],
      ['thing b 1', 'thing b 10'],
    ],
    [
      ['--sizes', '7'],
      ['thing a 7', 'thing b 7'],
    ],
  ])('takes with %j only what is wanted', async (argv, expected) => {
    expect((await measured([one('a'), one('b')], ...argv)).taken).toEqual(expected);
  });

  it('goes on after a failure, and says what failed', async () => {
    const broken = one('broken', { take: async () => Promise.reject(new Error('no such tool')) });
    const { taken, failed, said } = await measured([broken, one('b')]);
    expect(failed).toBe(2);
    expect(taken).toEqual(['thing b 1', 'thing b 10']);
    expect(said.join('\n')).toContain('no such tool');
  });

  it('leaves out what cannot be measured here, and says why', async () => {
    const { taken, lacking, failed } = await measured([one('a', { lacks: async () => 'this kernel has no ip_vs' }), one('b')]);
    expect(taken).toEqual(['thing b 1', 'thing b 10']);
    expect(lacking).toEqual(['thing, a is not measured: this kernel has no ip_vs']);
    expect(failed).toBe(0);
  });
});
