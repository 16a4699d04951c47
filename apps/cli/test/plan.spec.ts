import { expect, it } from 'vitest';
import type { Plan } from '../src/api/apply-api.ts';
import { appliedLines } from '../src/commands/apply.ts';
import { differenceLines, planLines } from '../src/plan/plan-lines.ts';

const plain = (_style: string, text: string) => text;

const element = (text: string) => ({ kind: 'nft-element', place: 'table ip weft map service-ips', key: text, text }) as const;

const PLAN: Plan = {
  planToken: 'token',
  expiresAt: '2026-11-21T12:00:00.000Z',
  revision: 7,
  changes: [
    {
      operation: 'serviceUpdate',
      object: { kind: 'service', id: 'svc_1', namespace: 'shop', name: 'web' },
      before: { name: 'web', type: 'ClusterIP', externalIPs: [] },
      after: { name: 'web', type: 'NodePort', externalIPs: [] },
    },
    {
      operation: 'namespaceCreate',
      object: { kind: 'namespace', id: 'ns_1', namespace: null, name: 'new' },
      before: null,
      after: { name: 'new', labels: {} },
    },
  ],
  nodes: [
    {
      nodes: ['node-1', 'node-2'],
      groups: [
        {
          owner: { kind: 'service', id: 'svc_1', namespace: 'shop', name: 'web' },
          added: [element('new')],
          removed: [element('old')],
          replaced: [{ before: element('is a'), after: element('is b') }],
          moved: [{ kind: 'route', place: 'host', key: 'r', text: '198.19.0.0/16 dev weft0' }],
          notListed: 3,
        },
      ],
      totals: { added: 4, removed: 1, replaced: 1, moved: 1 },
    },
  ],
  notes: ['something to know'],
};

it('reads like a difference: objects, then rules by node, by whom they are for, and by where they stand', () => {
  expect(differenceLines(PLAN, plain)).toEqual([
    '~ service shop/web is changed',
    '-   type: ClusterIP',
    '+   type: NodePort',
    '',
    '+ namespace new is created',
    '+   name: new',
    '',
    '@@ node-1, node-2: 4 added, 1 removed, 1 replaced, 1 moved @@',
    '  for service shop/web',
    '    table ip weft map service-ips',
    '-     old',
    '-     is a',
    '+     is b',
    '+     new',
    '    host: route',
    '!     198.19.0.0/16 dev weft0 (moved)',
    '      and 3 more',
  ]);
  expect(planLines(PLAN, plain).slice(-2)).toEqual(['', '# something to know']);
  expect(planLines({ ...PLAN, changes: [], nodes: [], notes: ['nothing changes'] }, plain)).toEqual(['# nothing changes']);
});

it('says what became of each document', () => {
  const document = { kind: 'service', id: 'svc_1', namespace: 'shop', name: 'web' } as const;
  const documents = ['serviceCreate', 'serviceUpdate', null].map((operation) => ({ ...document, operation }));
  expect(appliedLines({ documents })).toEqual(['service shop/web created', 'service shop/web changed', 'service shop/web is so already']);
});
