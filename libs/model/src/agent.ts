import { z } from 'zod';
import { DnsLabel } from './names.ts';
import { ProtocolVersion } from './protocol.ts';
import { NodeFactsReport } from './resources/node.ts';
import { PodReport } from './resources/pod.ts';
import { SignedReceipt } from './resources/receipt.ts';

/** What an executor sends when it starts: what it found out about its host. Its identity is in its credential. */
export const SessionOpen = z.strictObject({ protocol: ProtocolVersion, facts: NodeFactsReport }).meta({ id: 'SessionOpen' });
export type SessionOpen = z.infer<typeof SessionOpen>;

/** What it gets back. A later session of the same node makes this one stale: its reports are answered with 409 StaleSession. */
export const Session = z
  .strictObject({
    session: z.string().max(64),
    node: z.strictObject({ id: z.string(), name: DnsLabel }),
    heartbeatSeconds: z.int(),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

/** What an executor says again and again to show that it lives, apart from what it reports. */
export const LeaseRenewal = z.strictObject({ session: z.string().max(64) }).meta({ id: 'LeaseRenewal' });
export type LeaseRenewal = z.infer<typeof LeaseRenewal>;

/** The answer: where the node should be, and when to say it again. */
export const LeaseRenewalAnswer = z
  .strictObject({
    epoch: z.string(),
    desiredRevision: z.int(),
    heartbeatSeconds: z
      .int()
      .describe('how often to renew; longer in a larger fleet, so that all nodes together renew some 50 times a second'),
    redisUrl: z
      .string()
      .max(2048)
      .nullable()
      .optional()
      .describe(
        'where the hints of nodes are from now on, without a user and a password: those are in the credential. Null: nodes cannot reach Redis; omitted by older control planes: where the credential says',
      ),
  })
  .meta({ id: 'LeaseRenewalAnswer' });
export type LeaseRenewalAnswer = z.infer<typeof LeaseRenewalAnswer>;

/** What an executor reports after an apply. Reporting the same thing twice changes nothing. */
export const NodeReport = z
  .strictObject({
    session: z.string().max(64),
    epoch: z.string().max(64),
    appliedRevision: z.int().min(0),
    frozen: z.boolean().default(false).describe('true: it applies nothing, as it was told'),
    configHash: z.string().max(64).nullable(),
    failure: z
      .strictObject({ code: z.string().max(64), message: z.string().max(4096) })
      .nullable()
      .describe('why the last apply failed'),
    pods: z.array(PodReport).max(2048).describe('pods of the node whose state the control plane may not know'),
    receipts: z.array(SignedReceipt).max(64),
  })
  .meta({ id: 'NodeReport' });
export type NodeReport = z.infer<typeof NodeReport>;

/** The answer to a report: where the node should be. */
export const NodeReportAnswer = z.strictObject({ epoch: z.string(), desiredRevision: z.int() }).meta({ id: 'NodeReportAnswer' });
export type NodeReportAnswer = z.infer<typeof NodeReportAnswer>;
