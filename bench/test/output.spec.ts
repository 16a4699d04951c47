import { expect, it } from 'vitest';
import { jsonLine, rowsOfJson } from '../harness/json-lines.ts';
import { machineLine, versionIn } from '../harness/machine.ts';
import { numberText, tableLines } from '../harness/table.ts';
import { row } from './rows.ts';

const ALONE = { floor: null, floorName: null, peer: null, peerName: null, spread: null, runs: 1 };

it('prints a row as one line of JSON, keys in order', () => {
  const { spread, ...rest } = row();
  expect(jsonLine({ spread, ...rest })).toBe(
    '{"area":"dataplane","name":"one change","size":100,"unit":"ms","value":2,"floor":1,"floorName":"bare nft","peer":8,' +
      '"peerName":"a chain for each","runs":9,"spread":{"low":1.5,"high":2.5}}',
  );
});

it('reads back what it printed', () => {
  const rows = [row(), row({ size: 1_000, ...ALONE })];
  expect(rowsOfJson(rows.map((one) => `${jsonLine(one)}\n`).join(''))).toEqual(rows);
});

it('prints rows as a table with ratios', () => {
  const lines = tableLines([row({ value: 12.345 }), row({ name: 'another', size: 50_000, value: 1234.5, ...ALONE })]);
  expect(`${lines.join('\n')}\n`).toMatchInlineSnapshot(`
    "area       what        size   value  half within  unit  floor  × floor  floor is  peer  × peer  peer is           runs
    dataplane  one change  100    12.3   1.50…2.50    ms    1      12.3     bare nft  8     1.54    a chain for each  9
    dataplane  another     50000  1235   –            ms    –      –        –         –     –       –                 1
    "
  `);
});

it('gives no ratio to nothing', () => {
  expect(tableLines([row({ floor: 0 })])[1]).toContain('0      –');
});

it.each([
  [0.1234, '0.12'],
  [9.999, '10.00'],
  [10.04, '10.0'],
  [1234.5, '1235'],
  [7, '7'],
])('writes %d as %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

it('says in one line what machine it was', () => {
  const line = machineLine({
    ...{ cpu: 'Some CPU', cores: 2, memoryGb: 7.8, kernel: '6.18.5', load: 1.25, node: '24.21.0', tools: { nft: '1.0.6' } },
  });
  expect(line).toBe('Some CPU, 2 cores, 8 GB, Linux 6.18.5, load 1.3 at the start; node 24.21.0, nft 1.0.6');
});

it.each([
  ['nftables v1.0.6 (Lester Gooch #5)', '1.0.6'],
  ['ip utility, iproute2-6.1.0, libbpf 1.1.2', '6.1.0'],
  ['Redis server v=7.0.15 sha=00000000:0', '7.0.15'],
  ['', null],
])('finds the version in %j', (text, version) => {
  expect(versionIn(text)).toBe(version);
});
