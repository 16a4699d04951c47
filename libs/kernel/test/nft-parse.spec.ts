import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseNftTable } from '../src/index.ts';

const listing = readFileSync(new URL('./testdata/nft-listing.nft', import.meta.url), 'utf8');

describe("a listing of nft's own", () => {
  const table = parseNftTable(listing);
  const set = (name: string) => table.sets.find((candidate) => candidate.name === name);
  const map = (name: string) => table.maps.find((candidate) => candidate.name === name);
  const chain = (name: string) => table.chains.find((candidate) => candidate.name === name);

  test('objects come ordered by name', () => {
    expect(table.sets.map(({ name }) => name)).toEqual(['empty', 'many', 'plain', 'sized']);
    expect(table.maps.map(({ name }) => name)).toEqual(['lots', 'of-others', 'ways']);
    expect(table.chains.map(({ name }) => name)).toEqual(['nat', 'one', 'strict']);
  });

  test('elements on several lines, with comments that hold separators', () => {
    expect(set('plain')).toEqual({
      name: 'plain',
      type: 'ipv4_addr . inet_proto . inet_service',
      flags: [],
      comment: 'with elements',
      elements: ['10.0.0.1 . tcp . 80', '10.0.0.2 . udp . 53 comment "a, b: c"'],
    });
    expect(set('many')?.elements).toEqual(['10.0.0.0/30', '10.0.0.8', '10.0.1.0/24', '10.0.3.0/24', '10.0.5.0-10.0.5.9']);
    expect(set('empty')?.elements).toEqual([]);
  });

  test('maps of verdicts and of values', () => {
    expect(map('ways')).toMatchObject({
      type: 'ipv4_addr . inet_proto . inet_service : verdict',
      elements: { '10.0.0.1 . tcp . 80 comment "default/web:80"': 'goto one', '10.0.0.2 . udp . 53': 'drop' },
    });
    expect(map('lots')).toMatchObject({
      type: 'ipv4_addr . inet_service . ipv4_addr : ipv4_addr . inet_service',
      elements: { '10.0.0.1 . 80 . 0.0.0.0': '10.0.0.5 . 8080', '10.0.0.1 . 80 . 0.0.0.1': '10.0.0.6 . 8080' },
    });
  });

  test('base chains, rules and their comments', () => {
    expect(chain('nat')).toEqual({
      name: 'nat',
      hook: { type: 'nat', hook: 'prerouting', priority: -105 },
      rules: [
        { text: 'ip daddr . meta l4proto . th dport vmap @ways', comment: null },
        { text: 'tcp dport { 80, 443 } accept', comment: null },
      ],
    });
    expect(chain('one')).toMatchObject({ hook: null, rules: [{ text: 'counter accept', comment: 'with: everything, and more' }] });
  });

  test('what we never write is kept, not skipped', () => {
    expect(table.foreign?.toSorted()).toEqual([
      'chain one: comment "a chain with a comment"',
      'chain strict: type filter hook input priority 5; policy drop;',
      'comment "ours"',
      'counter hits',
      'map of-others: typeof ip daddr : th dport',
      'set sized: size 65535',
      'set sized: timeout 1h',
    ]);
  });
});

test('an empty table', () => {
  expect(parseNftTable('table ip weft {\n}\n')).toEqual({ family: 'ip', name: 'weft', sets: [], maps: [], chains: [] });
});

test.each([
  ['nothing', ''],
  ['an error', 'Error: No such file or directory\n'],
  ['a table of another family', 'table inet weft {\n}\n'],
  ['a listing cut off between objects', listing.slice(0, listing.indexOf('\tset plain'))],
  ['a listing cut off inside an object', listing.slice(0, listing.indexOf('10.0.1.0/24'))],
])('%s is not a listing', (_, text) => {
  expect(() => parseNftTable(text)).toThrow(SyntaxError);
});
