import { CAPTURE_CAPS, CaptureFilter, idSchema } from '@weft/model';
import { z } from 'zod';
import { SessionName } from './session-name.ts';

/** The most bytes of a capture in one answer. */
export const CAPTURE_PIECE_MAX = 512 * 1024;

/** Begin to capture, in a pod of the node or on all links of the node itself. What is captured and not asked for ends by itself. */
export const CaptureStartQuestion = z.strictObject({
  kind: z.literal('capture-start'),
  session: SessionName,
  pod: idSchema('pod').nullable().describe('null: the node itself'),
  filter: CaptureFilter,
  snaplen: z.int().min(1).max(CAPTURE_CAPS.snaplen.max),
  count: z.int().min(1).max(CAPTURE_CAPS.count.max),
  seconds: z.int().min(1).max(CAPTURE_CAPS.seconds.max),
});
export type CaptureStartQuestion = z.infer<typeof CaptureStartQuestion>;

export const CaptureStartAnswer = z.strictObject({
  kind: z.literal('capture-start'),
  refused: z.string().max(1_024).nullable().describe('why it cannot be captured, in the words of tcpdump; null: it is'),
});
export type CaptureStartAnswer = z.infer<typeof CaptureStartAnswer>;

/** The next piece of a capture. */
export const CaptureReadQuestion = z.strictObject({ kind: z.literal('capture-read'), session: SessionName });
export type CaptureReadQuestion = z.infer<typeof CaptureReadQuestion>;

export const CaptureReadAnswer = z.strictObject({
  kind: z.literal('capture-read'),
  piece: z.base64().max(Math.ceil((CAPTURE_PIECE_MAX * 4) / 3) + 4),
  ended: z.string().max(1_024).nullable().describe('why nothing comes after it; null: it goes on'),
});
export type CaptureReadAnswer = z.infer<typeof CaptureReadAnswer>;

/** End what was begun; one that is not there has ended. */
export const CaptureStopQuestion = z.strictObject({ kind: z.literal('capture-stop'), session: SessionName });
export type CaptureStopQuestion = z.infer<typeof CaptureStopQuestion>;

export const CaptureStopAnswer = z.strictObject({ kind: z.literal('capture-stop') });
export type CaptureStopAnswer = z.infer<typeof CaptureStopAnswer>;
