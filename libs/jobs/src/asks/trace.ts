import { Ipv4, idSchema, Port } from '@weft/model';
import { z } from 'zod';
import { SessionName } from './session-name.ts';

/** The most of everything in one answer. */
const SIGHTINGS_MAX = 16;
const EVENTS_MAX = 256;
const text = z.string().max(2_048);

const Protocol = z.enum(['tcp', 'udp', 'sctp']);

/** Have packets followed from now on: the first of connections, and datagrams. What is seen and not asked for ends by itself. */
export const TraceStartQuestion = z.strictObject({
  kind: z.literal('trace-start'),
  session: SessionName,
  protocol: Protocol,
  droppedOnly: z.boolean().describe('true: only packets that went no further are told'),
  flows: z
    .array(
      z.strictObject({
        sources: z.array(Ipv4).max(1_024).describe('none: whoever sends'),
        sourcePort: Port.nullable().describe('null: any'),
        destinations: z
          .array(z.strictObject({ ip: Ipv4, port: Port }))
          .min(1)
          .max(256),
      }),
    )
    .min(1)
    .max(4),
});
export type TraceStartQuestion = z.infer<typeof TraceStartQuestion>;

export const TraceStartAnswer = z.strictObject({ kind: z.literal('trace-start') });
export type TraceStartAnswer = z.infer<typeof TraceStartAnswer>;

/** Send a packet: from a pod of the node, or from the node itself. It is answered before anything has come of it. */
export const TraceSendQuestion = z.strictObject({
  kind: z.literal('trace-send'),
  session: SessionName,
  pod: idSchema('pod').nullable().describe('null: the node itself'),
  protocol: Protocol,
  sourcePort: Port,
  destination: Ipv4,
  port: Port,
  timeoutMs: z.int().min(100).max(10_000),
});
export type TraceSendQuestion = z.infer<typeof TraceSendQuestion>;

export const TraceSendAnswer = z.strictObject({ kind: z.literal('trace-send') });
export type TraceSendAnswer = z.infer<typeof TraceSendAnswer>;

const TracedPacket = z.strictObject({
  iif: text.nullable(),
  oif: text.nullable(),
  source: Ipv4,
  destination: Ipv4,
  protocol: text,
  sourcePort: z.int().nullable(),
  destinationPort: z.int().nullable(),
  ipId: z.int(),
});

const at = { table: text, chain: text };

const TraceEvent = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('packet'), ...at, packet: TracedPacket }),
  z.strictObject({ what: z.literal('rule'), ...at, rule: text, verdict: text }),
  z.strictObject({ what: z.literal('policy'), ...at, verdict: text }),
]);

const RouteLookup = z.discriminatedUnion('found', [
  z.strictObject({ found: z.literal(true), type: text, device: text, gateway: text.nullable(), text }),
  z.strictObject({ found: z.literal(false), text }),
]);

/** A packet that crossed the node. */
const TraceSighting = z.strictObject({
  way: z.strictObject({ events: z.array(TraceEvent).max(EVENTS_MAX) }),
  lookUps: z.strictObject({
    route: RouteLookup,
    neighbour: z.strictObject({ mac: text.nullable(), state: text, text }).nullable(),
    tunnel: z.strictObject({ destination: Ipv4, text }).nullable(),
    connection: text.nullable(),
  }),
  reason: text
    .nullable()
    .default(null)
    .describe('why the kernel dropped it, of one that went no further; null: it went on, or nothing is known'),
});
export type TraceSighting = z.infer<typeof TraceSighting>;

/** What was seen since the last time. */
export const TraceReadQuestion = z.strictObject({ kind: z.literal('trace-read'), session: SessionName });
export type TraceReadQuestion = z.infer<typeof TraceReadQuestion>;

export const TraceReadAnswer = z.strictObject({
  kind: z.literal('trace-read'),
  sightings: z.array(TraceSighting).max(SIGHTINGS_MAX),
  sent: z
    .strictObject({ outcome: z.enum(['answered', 'refused', 'unreachable', 'silent', 'failed']), code: text.nullable() })
    .nullable()
    .describe('what came of the packet that was sent; null: nothing yet, or none was; failed: it could not be sent'),
});
export type TraceReadAnswer = z.infer<typeof TraceReadAnswer>;

/** End what was begun; one that is not there has ended. */
export const TraceStopQuestion = z.strictObject({ kind: z.literal('trace-stop'), session: SessionName });
export type TraceStopQuestion = z.infer<typeof TraceStopQuestion>;

export const TraceStopAnswer = z.strictObject({ kind: z.literal('trace-stop') });
export type TraceStopAnswer = z.infer<typeof TraceStopAnswer>;

/** Bounds a way to what an answer holds: what it begins and what it ends with. */
export function boundedEvents<T>(events: readonly T[]): T[] {
  if (events.length <= EVENTS_MAX) return [...events];
  const half = EVENTS_MAX / 2;
  return [...events.slice(0, half), ...events.slice(-half)];
}

/** As many sightings are in one answer at most. */
export const TRACE_SIGHTINGS_MAX = SIGHTINGS_MAX;
