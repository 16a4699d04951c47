import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { DnsLabel } from '../names.ts';
import { Timestamp } from './vocabulary.ts';

/** What a node does about a change that somebody else made to what is ours: undo it at once, or only tell of it. */
export const DriftPolicy = z.enum(['repair', 'observe']).meta({ id: 'DriftPolicy' });
export type DriftPolicy = z.infer<typeof DriftPolicy>;

/** How a node is to be handled, beside what it is to be. It comes with every pull and is no part of the state's checksum. */
export const NodeControl = z
  .strictObject({
    frozen: z.boolean().describe('true: the node changes nothing in its kernel, neither for a change of state nor for drift nor at start'),
    driftPolicy: DriftPolicy,
  })
  .meta({ id: 'NodeControl' });
export type NodeControl = z.infer<typeof NodeControl>;

/** How a node is handled when nothing else is said. */
export const DEFAULT_CONTROL: NodeControl = { frozen: false, driftPolicy: 'repair' };

/** The longest text of one difference that is kept; the rest is cut. */
export const DRIFT_TEXT_MAX = 1024;

/** Differences that one event lists; `moreChanges` counts the others. */
export const DRIFT_CHANGES_MAX = 32;

/** One thing that was not as it had been left. */
export const DriftChange = z
  .strictObject({
    kind: z
      .enum(['link', 'address', 'route', 'neighbour', 'fdb', 'sysctl', 'netns', 'workload', 'nft', 'iptables', 'ipset', 'ipvs'])
      .describe('the part of the host it is in'),
    object: z.string().max(256).describe('which thing, such as `route 100.64.2.0/24` or `chain services of table ip weft`'),
    wanted: z.string().max(DRIFT_TEXT_MAX).nullable().describe('as it should be, in the words of the tool; null: it should not be there'),
    found: z.string().max(DRIFT_TEXT_MAX).nullable().describe('as it was found; null: it was not there'),
  })
  .meta({ id: 'DriftChange' });
export type DriftChange = z.infer<typeof DriftChange>;

/** What became of a drift. `standing`: it is still there. `gone`: whoever made it took it back. `failed`: repairing it did not succeed and is tried again. */
export const DriftOutcome = z.enum(['repaired', 'standing', 'gone', 'failed']).meta({ id: 'DriftOutcome' });
export type DriftOutcome = z.infer<typeof DriftOutcome>;

/** What a node says of a change that somebody else made to what is ours. Said again under the same id when more is known of it. */
export const DriftReport = z
  .strictObject({
    id: idSchema('drift'),
    firstAt: Timestamp.describe('when it was noticed'),
    lastAt: Timestamp.describe('when it was noticed last'),
    count: z.int().min(1).describe('how often it came back: two programs that undo each other are one event'),
    noticedBy: z
      .enum(['nft-monitor', 'ip-monitor', 'netns-watch', 'workload-watch', 'content-watch', 'verification'])
      .describe('what told of it; verification: the look at everything every minute'),
    process: z
      .strictObject({ pid: z.int(), name: z.string().max(64) })
      .nullable()
      .describe('who did it, as the kernel numbers and names processes; null: the kernel does not say'),
    policy: z.enum(['repair', 'observe', 'frozen']).describe('how the node was to handle it'),
    outcome: DriftOutcome,
    settledAt: Timestamp.nullable().describe('when it was repaired, or was found gone'),
    durationMs: z.number().nullable().describe('from the last time it was noticed until then'),
    changes: z.array(DriftChange).max(DRIFT_CHANGES_MAX),
    moreChanges: z.int().min(0).describe('differences that are not listed'),
    message: z.string().max(1024),
  })
  .meta({ id: 'DriftReport' });
export type DriftReport = z.infer<typeof DriftReport>;

/** A change that somebody else made to what is ours on a node. */
export const DriftEvent = z.strictObject({ ...DriftReport.shape, node: DnsLabel, receivedAt: Timestamp }).meta({ id: 'DriftEvent' });
export type DriftEvent = z.infer<typeof DriftEvent>;

/** Events that one report may have. */
export const DRIFT_EVENTS_PER_REPORT = 16;

/** What an executor says of drift: events that the control plane may not know, and how much stands now. Saying the same again changes nothing. */
export const NodeDriftReport = z
  .strictObject({
    session: z.string().max(64),
    standing: z.int().min(0).describe('differences between the node and what was applied on it, as of its last look'),
    events: z.array(DriftReport).max(DRIFT_EVENTS_PER_REPORT),
  })
  .meta({ id: 'NodeDriftReport' });
export type NodeDriftReport = z.infer<typeof NodeDriftReport>;

/** The answer: how many events are kept. */
export const NodeDriftReportAnswer = z.strictObject({ kept: z.int().min(0) }).meta({ id: 'NodeDriftReportAnswer' });
export type NodeDriftReportAnswer = z.infer<typeof NodeDriftReportAnswer>;
