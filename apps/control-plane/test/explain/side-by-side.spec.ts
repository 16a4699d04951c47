import type { KernelObject } from '@weft/model';
import { expect, it } from 'vitest';
import { folded, type ServiceOnNode, sideBySide } from '../../src/explain/side-by-side.ts';

const element = (key: string, text = key): KernelObject => ({ kind: 'nft-element', place: 'table ip weft map m', key, text });
const on = (node: string, parts: Partial<ServiceOnNode>) =>
  sideBySide({ node, backend: 'nftables', desired: [], applied: [], live: [], ...parts });
const columns = ({ objects }: ReturnType<typeof sideBySide>) =>
  objects.map(({ key, desired, applied, live }) => [key, desired, applied, live]);

it('lists each thing once, those that are desired first', () => {
  const both = on('n1', {
    desired: [element('new'), element('stays')],
    applied: [element('old'), element('stays')],
    live: [element('stays', 'other')],
  });
  expect(columns(both)).toEqual([
    ['new', 'new', null, null],
    ['stays', 'stays', 'stays', 'other'],
    ['old', null, 'old', null],
  ]);
  expect(both.differing).toBe(3);
});

it('takes nothing for missing on a node that does not answer', () => {
  const silent = on('n1', { desired: [element('a')], applied: [element('a')], live: null });
  expect([silent.answered, silent.differing, columns(silent)]).toEqual([false, 0, [['a', 'a', 'a', null]]]);
});

it('lists nodes together on which all is the same, and no others', () => {
  const same = { desired: [element('a')], applied: [element('a')], live: [element('a')] };
  const groups = folded([on('n1', same), on('n2', { ...same, live: [] }), on('n3', same), on('n4', { ...same, live: null })]);
  expect(groups.map(({ nodes }) => nodes)).toEqual([['n1', 'n3'], ['n2'], ['n4']]);
});
