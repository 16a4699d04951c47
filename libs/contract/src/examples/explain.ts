import type { Explanation, NodeDataplane, ServiceDataplane } from '@weft/model';

const OWNER = { kind: 'service', id: 'svc_01k8', namespace: 'shop', name: 'web' } as const;

export const EXPLANATION: Explanation = {
  kind: 'nft-element',
  place: 'table ip weft map service-ips',
  key: '198.19.0.7 . tcp . 80',
  text: '198.19.0.7 . tcp . 80 : goto svc-01k8',
  standing: 'ours',
  wanted: null,
  owners: [{ ...OWNER, generation: 3 }],
  moreOwners: 0,
  origin: {
    revision: 41,
    requestId: '7d2f4c1e',
    actor: { kind: 'user', name: 'ops', tokenId: 'tok_01k8' },
    at: '2026-11-21T11:58:00.000Z',
    operation: 'serviceCreate',
  },
  applied: { receipt: 'rcpt_01k8', at: '2026-11-21T11:58:00.090Z' },
  drift: [],
};

export const NODE_DATAPLANE: NodeDataplane = {
  node: 'node-a',
  at: '2026-11-21T12:00:00.000Z',
  revision: 44,
  items: [EXPLANATION],
  total: 1,
  truncated: false,
  nextCursor: null,
};

export const SERVICE_DATAPLANE: ServiceDataplane = {
  service: OWNER,
  revision: 44,
  groups: [
    {
      nodes: ['node-a', 'node-b'],
      backend: 'nftables',
      answered: true,
      differing: 0,
      objects: [
        {
          kind: EXPLANATION.kind,
          place: EXPLANATION.place,
          key: EXPLANATION.key,
          desired: EXPLANATION.text,
          applied: EXPLANATION.text,
          live: EXPLANATION.text,
        },
      ],
    },
  ],
  nextCursor: null,
};
