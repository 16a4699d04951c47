export type { Candidate, Packet, Trace, TracedNode } from './packet.ts';
export { trace, tracer } from './trace.ts';
