import { z } from 'zod';
import { parseLabelSelector } from '../labels.ts';
import { DnsLabel } from '../names.ts';
import { systemFields } from './meta.ts';
import { NodeUpdate } from './node.ts';
import { Timestamp } from './vocabulary.ts';

/** The fields of a node that a rollout can change: those that shape its network and its services. */
export const RolloutChange = NodeUpdate.pick({ backend: true, podLink: true, overlay: true, nodePortAddresses: true, strictArp: true })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'must change something')
  .meta({ id: 'RolloutChange' });
export type RolloutChange = z.infer<typeof RolloutChange>;

/** Nodes that one rollout can have. */
export const ROLLOUT_NODES_MAX = 1000;

const names = z.array(DnsLabel).min(1).max(ROLLOUT_NODES_MAX);

const spec = {
  change: RolloutChange.describe('what every node of the rollout is changed to, one after the other'),
  nodes: names.nullable().describe('names of the nodes; null: those that labelSelector chooses'),
  labelSelector: z
    .string()
    .max(2048)
    .refine((text) => parseLabelSelector(text) !== null, 'must be a label selector such as rack=1,!old')
    .nullable()
    .describe('chooses nodes when nodes is null, such as rack=1,!old; null: every node'),
  canary: z
    .union([z.int().min(0).max(ROLLOUT_NODES_MAX), names])
    .describe('which nodes go first: so many of them, or these by name; the others wait until all of these are done'),
  maxUnavailable: z
    .int()
    .min(1)
    .max(100)
    .describe('how many nodes of the rollout may be in the middle of the change, or not Ready for whatever reason, at a time'),
  soakSeconds: z.int().min(0).max(86_400).describe('how long a changed node has to stay well before it is done and the next one begins'),
  onFailure: z
    .enum(['revert', 'halt'])
    .describe(
      'when a node fails: take back the change on every node that has it, last first; or leave things as they are and wait to be told',
    ),
};

/** What a user sends to begin a rollout. */
export const RolloutCreate = z
  .strictObject({
    change: spec.change,
    nodes: spec.nodes.default(null),
    labelSelector: spec.labelSelector.default(null),
    canary: spec.canary.default(1),
    maxUnavailable: spec.maxUnavailable.default(1),
    soakSeconds: spec.soakSeconds.default(10),
    onFailure: spec.onFailure.default('revert'),
  })
  .refine(({ nodes, labelSelector }) => nodes === null || labelSelector === null, {
    path: ['labelSelector'],
    error: 'must be null when nodes are named',
  })
  .meta({ id: 'RolloutCreate' });
export type RolloutCreate = z.infer<typeof RolloutCreate>;

/**
 * Running: nodes are changed. Halted: nothing is changed until somebody resumes, reverts or cancels it. Reverting: the change is taken back.
 * Done: every node has the change. Reverted: no node has it any more. Cancelled: nodes keep what they have.
 */
export const RolloutPhase = z.enum(['Running', 'Halted', 'Reverting', 'Done', 'Reverted', 'Cancelled']).meta({ id: 'RolloutPhase' });
export type RolloutPhase = z.infer<typeof RolloutPhase>;

/** Phases in which a rollout holds its nodes: no other rollout can have them. */
export const ROLLOUT_UNDER_WAY: readonly RolloutPhase[] = ['Running', 'Halted', 'Reverting'];

/**
 * Waiting: not changed yet. Changing: it was told, and has not applied it. Probing: it has, and its dataplane is probed until the soak time is over.
 * Done: it is well with the change. Failed: it is not. Reverting: it was told to go back. Reverted: it has, and is as well as before.
 * RevertFailed: it has not, or is not.
 */
export const RolloutNodeState = z
  .enum(['Waiting', 'Changing', 'Probing', 'Done', 'Failed', 'Reverting', 'Reverted', 'RevertFailed'])
  .meta({ id: 'RolloutNodeState' });
export type RolloutNodeState = z.infer<typeof RolloutNodeState>;

/** Where one node of a rollout stands. */
export const RolloutNode = z
  .strictObject({
    name: DnsLabel,
    canary: z.boolean(),
    state: RolloutNodeState,
    message: z.string().describe('why it is in this state, where that is not plain'),
    since: Timestamp,
  })
  .meta({ id: 'RolloutNode' });
export type RolloutNode = z.infer<typeof RolloutNode>;

/** A change that is brought to many nodes in stages, each proven by probes through the dataplane before the next. */
export const Rollout = z
  .strictObject({
    ...spec,
    ...systemFields('rollout'),
    status: z.strictObject({
      phase: RolloutPhase,
      message: z.string().describe('what it waits for, or why it stopped'),
      nodes: z.array(RolloutNode).describe('in the order in which they are changed'),
    }),
  })
  .meta({ id: 'Rollout' });
export type Rollout = z.infer<typeof Rollout>;

/** Something that has to answer through a node's dataplane: an address with a TCP port, and what it is to a reader, such as `service shop/web`. */
export const ProbeTarget = z.strictObject({ what: z.string().max(256), ip: z.ipv4(), port: z.int().min(1).max(65535) });
export type ProbeTarget = z.infer<typeof ProbeTarget>;

/** What came of connecting to a target several times: how often it accepted, and how often each error was met, by its code such as ETIMEDOUT. */
export const TargetResult = z.strictObject({
  target: ProbeTarget,
  connected: z.int().min(0),
  errors: z.record(z.string().max(32), z.int().min(1)),
});
export type TargetResult = z.infer<typeof TargetResult>;

/** What one node found: the results of its probes, each target in the order asked. */
export interface NodeProbes {
  readonly node: string;
  readonly results: readonly TargetResult[];
}
