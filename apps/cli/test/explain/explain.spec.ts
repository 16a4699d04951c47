import { expect, it } from 'vitest';
import type { Explanation, NodeDataplane } from '../../src/api/explain-api.ts';
import { groupLines } from '../../src/explain/columns.ts';
import { blameLines } from '../../src/explain/margin.ts';
import { readNode, readOwner } from '../../src/explain/names.ts';
import { storyLines } from '../../src/explain/story.ts';

const plain = (_style: string, text: string) => text;

const RULE: Explanation = {
  kind: 'nft-rule',
  place: 'table ip weft chain services',
  key: 'ip daddr @service-ips accept',
  text: 'ip daddr @service-ips accept',
  standing: 'ours',
  wanted: null,
  owners: [{ kind: 'node', id: 'node_1', namespace: null, name: 'node-1', generation: 2 }],
  moreOwners: 0,
  origin: {
    revision: 4,
    requestId: 'req-4',
    actor: { kind: 'node', name: 'node-1', tokenId: null },
    at: '2026-11-21T11:50:00.000Z',
    operation: 'nodeAgentSessionOpen',
  },
  applied: { receipt: 'rcpt_1', at: '2026-11-21T11:50:01.000Z' },
  drift: [],
};

const ELEMENT: Explanation = {
  ...RULE,
  kind: 'nft-element',
  place: 'table ip weft map service-ports',
  key: '198.19.0.7 . tcp . 80',
  text: '198.19.0.7 . tcp . 80 : drop',
  standing: 'altered',
  wanted: '198.19.0.7 . tcp . 80 : goto service-pick-1',
  owners: [
    { kind: 'service', id: 'svc_1', namespace: 'shop', name: 'web', generation: 3 },
    { kind: 'service', id: 'svc_2', namespace: 'shop', name: 'a-name-too-long-for-the-column', generation: null },
  ],
  moreOwners: 1,
  origin: {
    revision: 41,
    requestId: 'req-41',
    actor: { kind: 'user', name: 'ops', tokenId: null },
    at: '2026-11-21T11:58:03.000Z',
    operation: 'serviceCreate',
  },
  drift: [{ id: 'drift_1', lastAt: '2026-11-21T12:01:00.000Z', process: { pid: 4711, name: 'nft' }, outcome: 'standing' }],
};

const THINGS: Explanation[] = [
  RULE,
  { ...RULE, key: 'tcp dport 22 drop', text: 'tcp dport 22 drop', standing: 'foreign', owners: [], origin: null, applied: null },
  ELEMENT,
  { ...ELEMENT, standing: 'missing', wanted: null, owners: ELEMENT.owners.slice(1), moreOwners: 0, drift: [] },
  {
    ...RULE,
    kind: 'ipvs-destination',
    place: 'ipvs tcp 198.19.0.7:80',
    text: '-a -t 198.19.0.7:80 -r 100.64.1.2:8080 -m -w 0',
    standing: 'draining',
    origin: null,
  },
];

const page = (items: Explanation[], total = items.length): NodeDataplane => ({
  node: 'node-1',
  at: '2026-11-21T12:02:00.000Z',
  revision: 44,
  items,
  total,
  truncated: false,
  nextCursor: null,
});

it('prints things with their origin in the margin', async () => {
  const lines = [...blameLines(THINGS.slice(0, 1), plain, null), ...blameLines(THINGS.slice(1), plain, RULE.place)];
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('testdata/blame.txt');
});

it('tells the story of what is found', async () => {
  await expect(`${storyLines(page(THINGS, 9), plain).join('\n')}\n`).toMatchFileSnapshot('testdata/story.txt');
  expect(storyLines(page([]), plain)).toEqual(['nothing like that is on node-1, and revision 44 has nothing like it there']);
});

it('sets side by side what is desired, applied and live', async () => {
  const { kind, place } = ELEMENT;
  const objects = [
    { kind, place, key: 'a', desired: 'a : 1', applied: 'a : 1', live: 'a : 1' },
    { kind, place, key: 'b', desired: 'b : 2', applied: 'b : 1', live: null },
    { kind, place, key: 'c', desired: null, applied: 'c : 1', live: 'c : 1' },
  ];
  const group = { nodes: ['node-1', 'node-2'], backend: 'nftables', answered: true, differing: 2, objects } as const;
  const lines = [group, { ...group, nodes: ['node-3'], answered: false, objects: objects.slice(0, 1) }].flatMap((one) =>
    groupLines({ ...one, nodes: [...one.nodes], objects: [...one.objects] }, plain),
  );
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('testdata/service.txt');
});

it('reads names', () => {
  expect(readOwner('service/shop/web')).toEqual({ kind: 'service', namespace: 'shop', name: 'web' });
  expect(readOwner('pod/web-1')).toEqual({ kind: 'pod', namespace: 'default', name: 'web-1' });
  expect(readOwner('cluster')).toEqual({ kind: 'cluster' });
  expect([readNode('n1'), readNode('node/n1')]).toEqual(Array(2).fill({ kind: 'node', name: 'n1' }));
  for (const wrong of ['', 'web', 'service/', 'service/a/b/c', 'node/a/b', 'cluster/a', 'rule/x'])
    expect(() => readOwner(wrong)).toThrow(wrong);
  expect(() => readNode('service/a/b')).toThrow('no node');
});
