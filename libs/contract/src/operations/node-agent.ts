import { DesiredPull, LeaseRenewal, LeaseRenewalAnswer, NodeReport, NodeReportAnswer, Session, SessionOpen } from '@weft/model';
import { z } from 'zod';
import { LEASE_RENEWAL, REPORT, SESSION_OPEN } from '../examples/node-agent.ts';
import { put, read } from '../shapes.ts';

const tag = 'node-agent';
const permission = 'node-agent.act';

export const nodeAgentSessionOpen = put({
  id: 'nodeAgentSessionOpen',
  path: '/node-agent/session',
  tag,
  permission,
  summary: "Tell the host's facts and become the one executor of the node",
  body: SessionOpen,
  bodyExample: SESSION_OPEN,
  result: Session,
  problems: ['AddressTaken', 'ProtocolUnsupported', 'StaleSession'],
});

/** Where a node is when it asks for what it should be. Both omitted: a snapshot. */
const DesiredQuery = z.strictObject({
  epoch: z.string().min(1).max(64).optional().describe('epoch of the state the node has'),
  since: z
    .string()
    .max(15)
    .regex(/^\d{1,15}$/, 'must be a revision')
    .transform(Number)
    .optional()
    .describe('revision of the state the node has'),
  atLeast: z
    .string()
    .max(16)
    .regex(/^\d{1,16}$/, 'must be a revision')
    .transform(Number)
    .optional()
    .describe(
      'a revision that the node has heard of: the answer is of that or of a newer one, and may be what other nodes were told; omitted: it is of the newest',
    ),
});

export const nodeAgentDesiredPull = {
  ...read({
    id: 'nodeAgentDesiredPull',
    path: '/node-agent/desired',
    tag,
    permission,
    summary: 'Pull what the node should be: a delta where that is possible, else a snapshot',
    result: DesiredPull,
    problems: ['ValidationFailed', 'UnknownField'],
  }),
  query: DesiredQuery,
};

export const nodeAgentLeaseRenew = put({
  id: 'nodeAgentLeaseRenew',
  path: '/node-agent/lease',
  tag,
  permission,
  summary: 'Say that the node lives, and hear where it should be',
  body: LeaseRenewal,
  bodyExample: LEASE_RENEWAL,
  result: LeaseRenewalAnswer,
  problems: ['StaleSession'],
});

export const nodeAgentReport = put({
  id: 'nodeAgentReport',
  path: '/node-agent/report',
  tag,
  permission,
  summary: 'Report what is applied',
  body: NodeReport,
  bodyExample: REPORT,
  result: NodeReportAnswer,
  problems: ['StaleSession'],
});
