import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { DnsLabel } from '../names.ts';
import { ReachabilityFrom, ReachabilityHop, ReachabilityTo, ReachabilityVerdict } from './reachability.ts';
import { Port, Protocol, Timestamp } from './vocabulary.ts';

/** How long a trace may wait for its packet, in seconds. */
export const TRACE_TIMEOUT = { default: 10, max: 60 } as const;

const spec = {
  from: ReachabilityFrom,
  to: ReachabilityTo,
  protocol: Protocol,
  port: Port.describe('of a service its own port, whatever its node port or target port is'),
  live: z
    .boolean()
    .describe('true: nothing is sent; the first packet that comes by itself is followed. From outside there is no other way'),
  droppedOnly: z.boolean().describe('live only: the first that is dropped is followed'),
  timeoutSeconds: z.int().min(1).max(TRACE_TIMEOUT.max).describe('how long to wait for the packet, or for what comes of it'),
};

/** What a user sends to follow a packet. */
export const TraceCreate = z
  .strictObject({
    ...spec,
    protocol: spec.protocol.default('TCP'),
    live: spec.live.default(false),
    droppedOnly: spec.droppedOnly.default(false),
    timeoutSeconds: spec.timeoutSeconds.default(TRACE_TIMEOUT.default),
  })
  .meta({ id: 'TraceCreate' });
export type TraceCreate = z.infer<typeof TraceCreate>;

/** What could not be seen, and why. */
export const TraceNote = z
  .strictObject({
    code: z.enum(['NodeCannotBeAsked', 'RulesNotShown', 'NotSeen', 'NotSent']),
    node: DnsLabel.nullable(),
    text: z.string(),
  })
  .meta({ id: 'TraceNote' });
export type TraceNote = z.infer<typeof TraceNote>;

/** How far a trace is, and what it found. */
export const TraceStatus = z
  .strictObject({
    phase: z.enum(['Running', 'Done', 'Failed']).describe('Failed: nothing is known of the packet'),
    verdict: ReachabilityVerdict.nullable().describe('what became of the packet; null: not yet, or nothing is known of it'),
    why: z.string().nullable().describe('what it ended by, or why nothing is known; null: it arrived, or not yet'),
    hops: z.array(ReachabilityHop).describe('the nodes that it crossed, in their order'),
    notes: z.array(TraceNote),
  })
  .meta({ id: 'TraceStatus' });
export type TraceStatus = z.infer<typeof TraceStatus>;

/** A packet that is followed, or was. It is kept for a day. */
export const Trace = z.strictObject({ id: idSchema('trace'), createdAt: Timestamp, ...spec, status: TraceStatus }).meta({ id: 'Trace' });
export type Trace = z.infer<typeof Trace>;
