import { expect, it } from 'vitest';
import { objectDifferenceLines, rollbackLines, ruleDifferenceLines, ruleLines } from '../../src/past/lines.ts';

const plain = (_style: string, text: string) => text;
const WEB = { kind: 'service', id: 'svc_1', namespace: 'shop', name: 'web' } as const;
const NODE = { kind: 'node', id: 'node_1', namespace: null, name: 'node-1' } as const;
const rule = (place: string, text: string) => ({ kind: 'nft-element', place, key: text, text }) as const;

it('shows rules by place, with whom each is for in the margin', () => {
  const rules = [
    { ...rule('table ip weft map a', 'one'), owners: [WEB] },
    { ...rule('table ip weft map a', 'two'), owners: [NODE, WEB] },
    { ...rule('host', 'three'), owners: [NODE] },
  ];
  expect(ruleLines(rules, 'table ip weft map a', plain)).toEqual([
    'service shop/web             | one',
    'node node-1 +1               | two',
    'host',
    'node node-1                  | three',
  ]);
});

it('shows what becomes of rules as a diff, by owner', () => {
  const items = [
    { change: 'removed', before: rule('m', 'old'), after: null, owner: WEB },
    { change: 'replaced', before: rule('m', 'was'), after: rule('m', 'is'), owner: WEB },
    { change: 'moved', before: rule('m', 'there'), after: rule('m', 'there'), owner: NODE },
  ] as const;
  expect(ruleDifferenceLines([...items], null, plain)).toEqual([
    'service shop/web',
    '- m: old',
    '- m: was',
    '+ m: is',
    'node node-1',
    '> m: there',
  ]);
});

it('shows what became of objects, field by field', () => {
  const object = { kind: 'service', id: 'svc_1', namespace: 'shop', name: 'web' } as const;
  const lines = objectDifferenceLines(
    [
      { ...object, before: null, after: {} },
      { ...object, before: {}, after: null },
      { ...object, before: { revision: 1, ports: [80], type: 'ClusterIP' }, after: { revision: 2, ports: [81], type: 'ClusterIP' } },
    ],
    plain,
  );
  expect(lines).toEqual(['+ service shop/web', '- service shop/web', '  service shop/web', '-   ports: [80]', '+   ports: [81]']);
});

it('says what a rollback did', () => {
  const change = { action: 'created', kind: 'service', id: 'svc_2', namespace: 'shop', name: 'web' } as const;
  expect(rollbackLines({ toRevision: 4, undoRevision: 9, changes: [change] }, plain)).toEqual([
    'created   service shop/web',
    'as at revision 4; take it back with the same selection, --to 9 --delete-newer',
  ]);
  expect(rollbackLines({ toRevision: 4, undoRevision: 9, changes: [] }, plain)).toEqual([
    'nothing to do: everything selected is as it was at revision 4',
  ]);
});
