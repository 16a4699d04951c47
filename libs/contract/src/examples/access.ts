import type { AccessDecision, Caller, IssuedToken, Quota, Token } from '@weft/model';

export const TOKEN: Token = {
  id: 'tok_01k8',
  name: 'ci',
  role: 'operator',
  namespaces: ['shop'],
  createdAt: '2026-11-21T08:00:00.000Z',
  createdBy: 'admin',
  expiresAt: '2027-02-19T08:00:00.000Z',
  lastUsedAt: '2026-11-21T11:59:30.000Z',
};

export const ISSUED_TOKEN: IssuedToken = {
  ...TOKEN,
  lastUsedAt: null,
  token: 'weft_user_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
};

export const CALLER: Caller = {
  kind: 'user',
  name: 'ci',
  tokenId: 'tok_01k8',
  role: 'viewer',
  namespaces: ['shop'],
  expiresAt: '2027-02-19T08:00:00.000Z',
  permissions: ['self.read', 'pod.read'],
};

export const DECISION: AccessDecision = {
  allowed: false,
  reason: 'this token reaches only namespaces shop, not kitchen',
};

export const QUOTA: Quota = {
  namespace: 'shop',
  limits: { pods: 100, services: null, endpoints: null, nodePorts: 0, externalAddresses: null },
  used: { pods: 7, services: 2, endpoints: 0, nodePorts: 0, externalAddresses: 0 },
  generation: 2,
};
