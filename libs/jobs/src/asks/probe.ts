import { ProbeTarget, TargetResult } from '@weft/model';
import { z } from 'zod';

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

/** One result for each target, in their order. */
export const ProbeAnswer = z.strictObject({ kind: z.literal('probe'), results: z.array(TargetResult).max(64) });
export type ProbeAnswer = z.infer<typeof ProbeAnswer>;
