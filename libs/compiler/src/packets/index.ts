export { KnownObjects } from './known-objects.ts';
export type { Candidate, Landing, Packet, RuleMatch, Trace, TracedNode } from './packet.ts';
export { follower, trace, tracer } from './trace.ts';
