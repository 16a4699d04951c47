import type { NodeFacts } from '@weft/model';

/** Something that keeps a host from being programmed. */
export type HostProblem = NodeFacts['problems'][number];
