import { KernelKind, KernelObject, Timestamp } from '@weft/model';
import { z } from 'zod';

/** Most objects that one answer holds, and most that one question names. */
export const LIVE_OBJECTS_MAX = 1_000;

/** What of a kernel is asked for; what is null does not narrow it. */
export const LiveSelection = z.strictObject({
  kinds: z.array(KernelKind).max(32).nullable(),
  /** Part of the place, key or text, as it is written there. */
  text: z.string().max(1_024).nullable(),
  /** Objects as identityOf of @weft/kernel names them. */
  identities: z.array(z.string().max(4_096)).max(LIVE_OBJECTS_MAX).nullable(),
  /** Only what is foreign, or only what is not. */
  foreign: z.boolean().nullable(),
});
export type LiveSelection = Readonly<z.infer<typeof LiveSelection>>;

/** Look at the kernel, and list what is in it. A list is asked for part by part: of one look, as long as it is kept. */
export const LiveQuestion = z.strictObject({
  kind: z.literal('live'),
  select: LiveSelection,
  /**
   * The look to go on with, and how many of its objects that fit are known already. Null: look anew, or as the node did just now. A look shows no more than what it was asked for first needs: for more the
   * node looks anew.
   */
  after: z.strictObject({ look: z.string().max(64), known: z.int().min(0) }).nullable(),
  limit: z.int().min(1).max(LIVE_OBJECTS_MAX),
});
export type LiveQuestion = z.infer<typeof LiveQuestion>;

/** An object of a kernel. `foreign`: nobody of us put it there, be it elsewhere or among what is ours. */
export const LiveObject = z.strictObject({ ...KernelObject.shape, foreign: z.boolean() });
export type LiveObject = Readonly<z.infer<typeof LiveObject>>;

export const LiveAnswer = z.strictObject({
  kind: z.literal('live'),
  /** Names the look; null: the one asked for is no longer kept, and there is nothing. */
  look: z.string().max(64).nullable(),
  at: Timestamp,
  /** The state that was applied when the node looked; null: none is known to be. */
  applied: z.strictObject({ epoch: z.string().max(64), revision: z.int() }).nullable(),
  /** LiveObject[] as JSON, gzipped, in Base64. */
  objects: z.base64().max(4_000_000),
  /** How many fit altogether. */
  total: z.int(),
  /** True: others have more than is told. */
  truncated: z.boolean(),
});
export type LiveAnswer = z.infer<typeof LiveAnswer>;
