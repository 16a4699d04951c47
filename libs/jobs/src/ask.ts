import { ProbeTarget, TargetResult } from '@weft/model';
import { z } from 'zod';

/** Name of the queue, one per node, that carries questions to the node's executor. */
export const ASK_QUEUE = 'ask';

/**
 * Connect to each target by TCP from the host itself, several times, and say what came of it. It names addresses and ports and nothing else: a node does
 * what every client of its dataplane does.
 */
export const ProbeQuestion = z.strictObject({
  kind: z.literal('probe'),
  targets: z.array(ProbeTarget).max(64),
  attempts: z.int().min(1).max(10).describe('connections to each target, one after the other'),
  timeoutMs: z.int().min(50).max(5_000).describe('how long one connection may take'),
});
export type ProbeQuestion = z.infer<typeof ProbeQuestion>;

/** What a node can be asked. */
export const Question = z.discriminatedUnion('kind', [ProbeQuestion]);
export type Question = z.infer<typeof Question>;

/** What it answers: one result for each target, in their order. */
export const Answer = z.strictObject({ kind: z.literal('probe'), results: z.array(TargetResult).max(64) });
export type Answer = z.infer<typeof Answer>;

/**
 * A question that has no answer. `RedisAway`: it could not be asked, or the answer not be fetched; nothing is known of the node. `NoAnswer`: the node did not answer in
 * time. `Refused`: it said that it does not answer this.
 */
export class AskError extends Error {
  override readonly name = 'AskError';
  readonly reason: 'RedisAway' | 'NoAnswer' | 'Refused';

  constructor(reason: AskError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
