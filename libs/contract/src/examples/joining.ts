import type { JoinOutlook, JoinToken, NodeCredential, NodeJoin } from '@weft/model';
import type { z } from 'zod';
import { FACTS } from './nodes.ts';

export const JOIN_TOKEN: JoinToken = {
  id: 'join_01k8',
  nodeName: 'node-a',
  addressCidr: '192.0.2.0/24',
  requireApproval: true,
  expiresAt: '2026-11-21T08:10:00.000Z',
  createdBy: 'admin',
  generation: 1,
  revision: 3,
  createdAt: '2026-11-21T08:00:00.000Z',
  updatedAt: '2026-11-21T08:00:00.000Z',
  status: { phase: 'Unused', usedAt: null, usedBy: null, usedFrom: null, refusals: 0, lastRefusedAt: null, lastRefusedFrom: null },
};

export const NODE_JOIN = {
  token: 'weft_join_Zk9QmV4YyP1nS0cT3hW7uJ5rB8dL2aF6eG4iK0oXqEw',
  protocol: 2,
  facts: FACTS,
  receiptKey: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} satisfies z.input<typeof NodeJoin>;

export const JOIN_OUTLOOK: JoinOutlook = {
  nodeName: 'node-a',
  requireApproval: true,
  network: { podCidrs: ['100.64.0.0/16'], serviceCidrs: ['198.19.0.0/16'], overlay: 'auto', vxlan: { vni: 7070, port: 4789 } },
};

export const NODE_CREDENTIAL: NodeCredential = {
  node: { id: 'node_01k8', name: 'node-a' },
  approved: false,
  token: 'weft_node_8fJx2LqR5tYb1Wz7Kc3Nd9Ve4Gh6Pm0Sa2Ui8Oo5Ee',
  expiresAt: '2026-11-22T08:00:00.000Z',
  expiresInSeconds: 86400,
  redis: { url: 'rediss://redis.example.net:6379', username: 'weft-node-node-a', password: '3Yt8Wq1Lz5Rk9Xc2Vb7Nm4Gh6Jd0Ps8Fa2Ui5Oo1Ee' },
};
