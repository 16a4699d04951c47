import { type LeaseRenewal, type NodeReport, PROTOCOL, type SessionOpen } from '@weft/model';
import { FACTS } from './nodes.ts';

export const SESSION_OPEN: SessionOpen = { protocol: PROTOCOL, facts: FACTS };

export const LEASE_RENEWAL: LeaseRenewal = { session: '5d0c1f8a' };

export const REPORT: NodeReport = {
  session: '5d0c1f8a',
  epoch: '8b0d7a52',
  appliedRevision: 9,
  frozen: false,
  configHash: '9f2c0f1d',
  failure: null,
  pods: [],
  receipts: [],
};
