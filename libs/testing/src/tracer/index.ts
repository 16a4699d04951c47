export type { Candidate, Packet, Trace, TracedNode } from './packet.ts';
export { trace } from './trace.ts';
