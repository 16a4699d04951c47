import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { DnsLabel } from '../names.ts';
import { Port, Protocol, Timestamp } from './vocabulary.ts';

const count = z.int().min(0);

/** What went to one port of a service. It only grows; a node that is made anew starts from 0. */
export const PortCounters = z
  .strictObject({
    protocol: Protocol,
    port: Port,
    connections: count.describe('connections that were led to an endpoint'),
    packets: count.nullable().describe('of these connections, both ways; null where the backend counts none'),
    bytes: count.nullable().describe('of these packets; null where the backend counts none'),
  })
  .meta({ id: 'PortCounters' });
export type PortCounters = z.infer<typeof PortCounters>;

/** What one node led to a service. */
export const NodeCounters = z
  .strictObject({ node: DnsLabel, reportedAt: Timestamp, ports: z.array(PortCounters) })
  .meta({ id: 'NodeCounters' });
export type NodeCounters = z.infer<typeof NodeCounters>;

/** What went to a service: on every node that has counted, and on all of them together. */
export const ServiceCounters = z
  .strictObject({ service: idSchema('service'), ports: z.array(PortCounters), nodes: z.array(NodeCounters) })
  .meta({ id: 'ServiceCounters' });
export type ServiceCounters = z.infer<typeof ServiceCounters>;

/** Counters that one report may have: as JSON it stays below what the control plane takes as a body. */
export const COUNTERS_PER_REPORT = 4_000;

/** What an executor says of what it has counted: the ports whose counters have changed since it said so last. Saying the same again changes nothing. */
export const CountersReport = z
  .strictObject({
    session: z.string().max(64),
    counters: z.array(z.strictObject({ service: idSchema('service'), ...PortCounters.shape })).max(COUNTERS_PER_REPORT),
  })
  .meta({ id: 'CountersReport' });
export type CountersReport = z.infer<typeof CountersReport>;

/** The answer: of how many counters the service is still there. */
export const CountersReportAnswer = z.strictObject({ kept: z.int().min(0) }).meta({ id: 'CountersReportAnswer' });
export type CountersReportAnswer = z.infer<typeof CountersReportAnswer>;
