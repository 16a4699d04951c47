import { type Ipset, parseIpsetSave, renderIpsetRestore, renderIpsetSave } from '@weft/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const element = fc.constantFrom('198.19.0.1,tcp:80', '198.19.0.1,udp:53', '198.19.0.2,sctp:80', '198.19.0.1,tcp:80,10.0.0.0/8');
const sets: fc.Arbitrary<Ipset[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('WEFT-A', 'WEFT-B', 'WEFT-SHORT-CUT'),
      type: fc.constantFrom('hash:ip,port', 'hash:ip,port,net'),
      skbinfo: fc.boolean(),
      elements: fc.uniqueArray(element).map((all) => all.sort()),
    }),
    { selector: ({ name }) => name },
  )
  .map((all) => all.sort((a, b) => (a.name < b.name ? -1 : 1)));

it('what is rendered as saved sets is parsed as what it was', () => {
  fc.assert(
    fc.property(sets, (all) => {
      expect(parseIpsetSave(renderIpsetSave(all))).toEqual(all);
    }),
  );
});

it('only sets that are ours are read, as ipset 7.17 printed them', () => {
  const saved = `create blocklist hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x5fcedaa1
add blocklist 10.0.0.0/8
create WEFT-SHORT-CUT hash:ip,port family inet hashsize 1024 maxelem 1048576 skbinfo bucketsize 12 initval 0xf01518ce
add WEFT-SHORT-CUT 198.19.0.2,tcp:80 skbmark 0x10001
add WEFT-SHORT-CUT 198.19.0.1,tcp:80 skbmark 0x10001
`;
  expect(parseIpsetSave(saved)).toEqual([
    {
      name: 'WEFT-SHORT-CUT',
      type: 'hash:ip,port',
      skbinfo: true,
      elements: ['198.19.0.1,tcp:80 skbmark 0x10001', '198.19.0.2,tcp:80 skbmark 0x10001'],
    },
  ]);
  expect(parseIpsetSave('')).toEqual([]);
});

it('every operation is lines', () => {
  const text = renderIpsetRestore([
    { op: 'create', set: { name: 'WEFT-A', type: 'hash:ip,port', skbinfo: true } },
    { op: 'add', name: 'WEFT-A', elements: ['198.19.0.1,tcp:80 skbmark 0x7', '198.19.0.2,tcp:80'] },
    { op: 'delete', name: 'WEFT-A', elements: ['198.19.0.1,tcp:80 skbmark 0x7'] },
    { op: 'destroy', name: 'WEFT-A' },
  ]);
  expect(text).toMatchInlineSnapshot(`
    "create WEFT-A hash:ip,port family inet maxelem 1048576 skbinfo
    add WEFT-A 198.19.0.1,tcp:80 skbmark 0x7
    add WEFT-A 198.19.0.2,tcp:80
    del WEFT-A 198.19.0.1,tcp:80
    destroy WEFT-A
    "
  `);
});

describe('text that ipset could read as something else is refused', () => {
  it.each(['blocklist', 'WEFT-', 'WEFT-A B', `WEFT-${'A'.repeat(27)}`])('a set called %j', (name) => {
    expect(() => renderIpsetRestore([{ op: 'destroy', name }])).toThrow(RangeError);
  });

  it.each(['198.19.0.1 timeout 1', '198.19.0.1\ndestroy', '', '198.19.0.1 skbmark 7'])('an element %j', (one) => {
    expect(() => renderIpsetRestore([{ op: 'add', name: 'WEFT-A', elements: [one] }])).toThrow(RangeError);
  });
});
