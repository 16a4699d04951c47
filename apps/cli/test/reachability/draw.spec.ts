import { expect, test } from 'vitest';
import type { Reachability } from '../../src/api/reach-api.ts';
import { drawReachability } from '../../src/reach/draw.ts';

type Path = Reachability['paths'][number];
type Step = Path['there'][number]['steps'][number];
type Behind = Step['behind'][number];

const WEB = { kind: 'service', id: 'svc_1', namespace: 'shop', name: 'web' } as const;
const NODE = { kind: 'node', id: 'node_1', namespace: null, name: 'node-1' } as const;
const element = (text: string): Behind => ({ kind: 'nft-element', place: 'table ip weft map m', key: text, text, owners: [WEB] });
const rule = (text: string): Behind => ({ kind: 'nft-rule', place: 'table ip weft chain c', key: text, text, owners: [NODE] });
const met = (hook: NonNullable<Step['hook']>, text: string, ...elements: string[]): Step => ({
  kind: 'rule',
  hook,
  text,
  behind: [rule(text), ...elements.map(element)],
});
const step = (kind: Step['kind'], text: string): Step => ({ kind, hook: null, text, behind: [] });

const kept: Path = {
  share: 0.5,
  verdict: 'reachable',
  why: null,
  destination: { ip: '100.64.2.2', port: 8080, node: 'node-2', pod: 'shop/web-2' },
  source: '100.64.1.2',
  masqueradedBy: null,
  there: [
    {
      node: 'node-1',
      steps: [
        met('prerouting', 'jump services'),
        met('prerouting', 'ip daddr . meta l4proto . th dport vmap @service-ports', '198.19.0.10 . tcp . 80 : goto service-pick-2'),
        step('translate', '198.19.0.10:80 becomes 100.64.2.2:8080'),
        step('tunnel', 'in VXLAN to 192.0.2.2'),
      ],
    },
    { node: 'node-2', steps: [step('deliver', '100.64.2.2 is in wf-pod-2')] },
  ],
  back: [{ node: 'node-2', steps: [step('leave', 'leaves by the host link for 192.0.2.1')] }],
};

const answer: Reachability = {
  verdict: 'mixed',
  against: 'desired',
  revision: 42,
  source: '100.64.1.2',
  destination: { ip: '198.19.0.10', port: 80, protocol: 'TCP' },
  sourcePreserved: null,
  why: null,
  paths: [
    kept,
    {
      ...kept,
      verdict: 'dropped',
      why: 'the answer is lost on node-2: there is no route to 192.0.2.1',
      source: '192.0.2.1',
      masqueradedBy: { node: 'node-1', rule: rule('masquerade'), remedy: 'asking shop/web at its cluster IP' },
      there: [{ node: 'node-1', steps: [met('postrouting', 'masquerade')] }],
      back: [],
    },
  ],
  notes: [{ code: 'NodeNotInSync', node: 'node-2', text: 'node-2 has applied revision 41, and should have 42' }],
};

test.each([
  ['what did something', false],
  ['every rule', true],
])('an answer is drawn as a path, with %s', async (name, everyRule) => {
  const lines = drawReachability(answer, { paint: (_, text) => text, everyRule });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`testdata/${name.replaceAll(' ', '-')}.txt`);
});

test('without any way there is a reason', () => {
  const nowhere: Reachability = { ...answer, verdict: 'unroutable', destination: null, why: 'web has no address', paths: [], notes: [] };
  expect(drawReachability(nowhere, { paint: (_, text) => text, everyRule: false })).toEqual([
    'unroutable: 100.64.1.2, by what is to be as of revision 42: web has no address',
  ]);
});
