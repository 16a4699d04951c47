import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NftCommand, type NftTable, parseNftTable, renderNft, renderNftTable } from '../src/index.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const comment = fc.option(fc.stringMatching(/^[a-z0-9][A-Za-z0-9 .,:/()>_-]{0,40}$/));
const address = fc.ipV4();
const key = fc.tuple(address, fc.constantFrom('tcp', 'udp'), fc.nat(65535)).map((parts) => parts.join(' . '));
const commented = fc.tuple(key, comment).map(([text, note]) => (note === null ? text : `${text} comment "${note}"`));
const rule = fc.record({
  text: fc.constantFrom('accept', 'ip saddr != @pods oifname != "wf*" masquerade fully-random', 'meta mark set meta mark | 0x00004000'),
  comment,
});
const hook = fc.record({
  type: fc.constantFrom('filter', 'nat', 'route'),
  hook: fc.constantFrom('prerouting', 'input', 'forward', 'output', 'postrouting'),
  priority: fc.integer({ min: -300, max: 300 }),
});

const named = <T extends { readonly name: string }>(item: fc.Arbitrary<T>) =>
  fc.uniqueArray(item, { selector: (i) => i.name, maxLength: 4 }).map((items) => items.sort((a, b) => (a.name < b.name ? -1 : 1)));

const tables: fc.Arbitrary<NftTable> = fc.record({
  family: fc.constantFrom('ip', 'ip6'),
  name,
  sets: named(
    fc.record({
      name,
      type: fc.constant('ipv4_addr . inet_proto . inet_service'),
      flags: fc.subarray(['constant', 'interval']),
      comment,
      elements: fc.uniqueArray(commented, { maxLength: 5 }).map((elements) => elements.sort()),
    }),
  ),
  maps: named(
    fc.record({
      name,
      type: fc.constant('ipv4_addr . inet_proto . inet_service : verdict'),
      flags: fc.constant([]),
      comment,
      elements: fc.dictionary(commented, fc.constantFrom('drop', 'goto pick-2'), { noNullPrototype: true }),
    }),
  ),
  chains: named(fc.record({ name, hook: fc.option(hook), rules: fc.array(rule, { maxLength: 4 }) })),
});

test('what is rendered as a listing is parsed as what it was', () => {
  fc.assert(
    fc.property(tables, (table) => {
      expect(parseNftTable(renderNftTable(table))).toEqual(table);
    }),
    { numRuns: 300 },
  );
});

test('every command, as nft reads it', () => {
  const set = { name: 'pods', type: 'ipv4_addr', flags: ['interval'], comment: 'where pods are' };
  const map = { name: 'ways', type: 'ipv4_addr : verdict', flags: [], comment: null };
  const commands: NftCommand[] = [
    { do: 'add-table' },
    { do: 'add-set', set },
    { do: 'add-map', map },
    { do: 'add-chain', chain: { name: 'one', hook: null } },
    { do: 'add-chain', chain: { name: 'in', hook: { type: 'filter', hook: 'input', priority: -5 } } },
    { do: 'add-elements', set: 'pods', elements: ['100.64.0.0/16', '100.80.0.1 comment "x/y: z"'] },
    {
      do: 'add-map-elements',
      map: 'ways',
      elements: [
        ['198.19.0.1 comment "default/web"', 'goto one'],
        ['198.19.0.2', 'drop'],
      ],
    },
    { do: 'add-rule', chain: 'in', rule: { text: 'ip daddr vmap @ways', comment: 'to services' } },
    { do: 'flush-chain', name: 'in' },
    { do: 'delete-elements', set: 'pods', elements: ['100.64.0.0/16'] },
    { do: 'delete-map-elements', map: 'ways', keys: ['198.19.0.1 comment "default/web"'] },
    { do: 'delete-map', name: 'ways' },
    { do: 'delete-set', name: 'pods' },
    { do: 'delete-chain', name: 'one' },
    { do: 'delete-table' },
  ];
  expect(renderNft(commands, 'ip', 'weft')).toMatchInlineSnapshot(`
    "add table ip weft
    add set ip weft pods { type ipv4_addr; flags interval; comment "where pods are"; }
    add map ip weft ways { type ipv4_addr : verdict; }
    add chain ip weft one
    add chain ip weft in { type filter hook input priority -5; policy accept; }
    add element ip weft pods { 100.64.0.0/16, 100.80.0.1 comment "x/y: z" }
    add element ip weft ways { 198.19.0.1 comment "default/web" : goto one, 198.19.0.2 : drop }
    add rule ip weft in ip daddr vmap @ways comment "to services"
    flush chain ip weft in
    delete element ip weft pods { 100.64.0.0/16 }
    delete element ip weft ways { 198.19.0.1 comment "default/web" }
    delete map ip weft ways
    delete set ip weft pods
    delete chain ip weft one
    delete table ip weft
    "
  `);
});

describe('text that nft could read as something else is refused', () => {
  test.each([
    ['a name', { do: 'delete-chain', name: 'a; flush ruleset' }],
    ['a name of two words', { do: 'delete-set', name: 'a b' }],
    ['an element', { do: 'add-elements', set: 'pods', elements: ['10.0.0.1 }; flush ruleset'] }],
    ['an element on two lines', { do: 'add-elements', set: 'pods', elements: ['10.0.0.1\nflush ruleset'] }],
    ['a key', { do: 'delete-map-elements', map: 'ways', keys: ['10.0.0.1, 10.0.0.2'] }],
    ['data', { do: 'add-map-elements', map: 'ways', elements: [['10.0.0.1', 'goto one, 10.0.0.2 : drop']] }],
    ['a comment', { do: 'add-rule', chain: 'in', rule: { text: 'accept', comment: 'x" drop' } }],
    ['a comment that is too long', { do: 'add-rule', chain: 'in', rule: { text: 'accept', comment: 'x'.repeat(128) } }],
    ['a rule', { do: 'add-rule', chain: 'in', rule: { text: 'accept; flush ruleset', comment: null } }],
    ['a rule on two lines', { do: 'add-rule', chain: 'in', rule: { text: 'accept\nflush ruleset', comment: null } }],
    ['a variable', { do: 'add-rule', chain: 'in', rule: { text: 'ip saddr $x drop', comment: null } }],
    ['a type', { do: 'add-set', set: { name: 'x', type: 'ipv4_addr; }', flags: [], comment: null } }],
    ['a flag', { do: 'add-set', set: { name: 'x', type: 'ipv4_addr', flags: ['interval; }'], comment: null } }],
  ] satisfies [string, NftCommand][])('%s', (_, command) => {
    expect(() => renderNft([command], 'ip', 'weft')).toThrow(RangeError);
  });

  test('the table', () => {
    expect(() => renderNft([{ do: 'add-table' }], 'ip', 'weft; flush ruleset')).toThrow(RangeError);
  });
});
