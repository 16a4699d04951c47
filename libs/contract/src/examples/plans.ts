import type { Plan } from '@weft/model';

const SERVICE = { kind: 'service', id: 'svc_01k8', namespace: 'default', name: 'web' } as const;

export const PLAN: Plan = {
  planToken: 'eyJlcG9jaCI6IjFiOWQifQ.kM0dS4s2',
  expiresAt: '2026-11-21T12:10:00.000Z',
  revision: 41,
  changes: [{ operation: 'serviceUpdate', object: SERVICE, before: { type: 'ClusterIP' }, after: { type: 'NodePort' } }],
  nodes: [
    {
      nodes: ['node-a', 'node-b'],
      groups: [
        {
          owner: SERVICE,
          added: [
            {
              kind: 'nft-element',
              place: 'table ip weft map node-ports',
              key: 'tcp . 30080',
              text: 'tcp . 30080 : goto endpoints-1',
            },
          ],
          removed: [],
          replaced: [],
          moved: [],
          notListed: 0,
        },
      ],
      totals: { added: 1, removed: 0, replaced: 0, moved: 0 },
    },
  ],
  notes: [],
};
