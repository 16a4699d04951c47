import { Arrival, Crossing, idSchema, Timestamp } from '@weft/model';
import { z } from 'zod';

/** Most packets that one question is about, and most outcomes that are told of one packet. */
export const ARRIVALS_MAX = 64;
const OUTCOMES_MAX = 256;

/** Look at the kernel, and say what it would do to packets that meet the node. No packet is sent. */
export const CrossingQuestion = z.strictObject({
  kind: z.literal('crossing'),
  nodeId: idSchema('node'),
  arrivals: z.array(Arrival).min(1).max(ARRIVALS_MAX),
});
export type CrossingQuestion = z.infer<typeof CrossingQuestion>;

/** For each packet, in their order, what becomes of it: at most 256 outcomes, where there are more endpoints. */
export const CrossingAnswer = z.strictObject({
  kind: z.literal('crossing'),
  at: Timestamp,
  crossings: z.array(z.array(Crossing).max(OUTCOMES_MAX)).max(ARRIVALS_MAX),
});
export type CrossingAnswer = z.infer<typeof CrossingAnswer>;
