import { z } from 'zod';
import {
  CaptureReadAnswer,
  CaptureReadQuestion,
  CaptureStartAnswer,
  CaptureStartQuestion,
  CaptureStopAnswer,
  CaptureStopQuestion,
} from './capture.ts';
import { CrossingAnswer, CrossingQuestion } from './crossing.ts';
import { LiveAnswer, LiveQuestion } from './live.ts';
import { ProbeAnswer, ProbeQuestion } from './probe.ts';
import {
  TraceReadAnswer,
  TraceReadQuestion,
  TraceSendAnswer,
  TraceSendQuestion,
  TraceStartAnswer,
  TraceStartQuestion,
  TraceStopAnswer,
  TraceStopQuestion,
} from './trace.ts';

/** Name of the queue, one per node, that carries questions to the node's executor. */
export const ASK_QUEUE = 'ask';

/** What a node can be asked. Each kind has a file with its question and its answer, both bounded in size, and a line here. */
export const Question = z.discriminatedUnion('kind', [
  ProbeQuestion,
  LiveQuestion,
  CaptureStartQuestion,
  CaptureReadQuestion,
  CaptureStopQuestion,
  CrossingQuestion,
  TraceStartQuestion,
  TraceSendQuestion,
  TraceReadQuestion,
  TraceStopQuestion,
]);
export type Question = z.infer<typeof Question>;

/** What answers a question of each kind. */
export const ANSWERS = {
  probe: ProbeAnswer,
  live: LiveAnswer,
  'capture-start': CaptureStartAnswer,
  'capture-read': CaptureReadAnswer,
  'capture-stop': CaptureStopAnswer,
  crossing: CrossingAnswer,
  'trace-start': TraceStartAnswer,
  'trace-send': TraceSendAnswer,
  'trace-read': TraceReadAnswer,
  'trace-stop': TraceStopAnswer,
} as const satisfies { readonly [Kind in Question['kind']]: z.ZodType };

/** Question of a kind. */
export type QuestionOf<Kind extends Question['kind']> = Extract<Question, { readonly kind: Kind }>;

/** Answer to a question of a kind. */
export type AnswerOf<Kind extends Question['kind']> = z.infer<(typeof ANSWERS)[Kind]>;

/** Who answers which kind of question. What they throw is told to whoever asked. */
export type Answerers = { readonly [Kind in Question['kind']]: (question: QuestionOf<Kind>) => Promise<AnswerOf<Kind>> };
