import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseNftTable, renderNft, renderNftTable } from '../src/index.ts';

const table = parseNftTable(readFileSync(new URL('./testdata/nft-counting.nft', import.meta.url), 'utf8'));
const [affinity, ports] = table.maps;
const [learn] = table.chains;

test('what the kernel has counted is no part of a table, that it counts is', () => {
  expect(table.foreign).toBeUndefined();
  expect(table.sets).toEqual([
    {
      name: 'service-traffic',
      type: 'ipv4_addr . inet_proto . inet_service',
      flags: [],
      counter: true,
      comment: 'packets and bytes, both ways',
      elements: ['198.19.0.1 . tcp . 80 comment "default/web:80"', '198.19.0.2 . udp . 53'],
    },
  ]);
  expect(ports?.elements).toEqual({ '198.19.0.1 . tcp . 80 comment "default/web:80"': 'goto learn' });
});

test('elements that packets have put in are no part of a table', () => {
  expect(affinity).toMatchObject({ size: 262_144, flags: ['dynamic', 'timeout'], elements: {} });
});

test('rules with braces are read as they are written', () => {
  expect(learn?.rules.map(({ text }) => text)).toEqual([
    'delete @client-endpoints { ip saddr . ip daddr . meta l4proto . th dport : ip daddr }',
    'update @client-endpoints { ip saddr . ip daddr . meta l4proto . th dport timeout 1d1h1m1s : ct reply ip saddr }',
    'meta l4proto { tcp, udp, sctp } ct original ip daddr . meta l4proto . ct original proto-dst @service-traffic return',
  ]);
});

test('declarations are written in the order in which nft lists them', () => {
  expect(renderNftTable(table)).toContain('\t\tsize 262144\n\t\tflags dynamic,timeout\n\t\tcomment "clients');
  expect(renderNftTable(table)).toContain('\t\tcounter\n\t\tcomment "packets');
  const [set] = table.sets;
  if (set === undefined) throw new Error('no set');
  expect(renderNft([{ do: 'add-set', set }], 'ip', 'weft')).toBe(
    'add set ip weft service-traffic { type ipv4_addr . inet_proto . inet_service; counter; comment "packets and bytes, both ways"; }\n',
  );
});

test.each(['ip saddr { 192.0.2.1 }; flush ruleset', 'ip saddr { 192.0.2.1', 'add @a { { b } }', 'ip saddr { "x" }', 'x }'])(
  'braces do not let anything else in: %s',
  (text) => {
    const chain = { do: 'add-rule', chain: 'c', rule: { text, comment: null } } as const;
    expect(() => renderNft([chain], 'ip', 'weft')).toThrow(RangeError);
  },
);
