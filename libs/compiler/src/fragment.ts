import type { NodeConfig } from '@weft/kernel';
import type { BackendInput } from './backends/backend.ts';

/** What every feature compiles from, service backends among them: the whole desired state, seen from one node. */
export type NodeView = BackendInput;

/** The part of a node's configuration that one feature adds. */
export type Fragment = Partial<NodeConfig>;
