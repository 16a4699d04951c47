import type { Answerers } from '@weft/jobs';
import type { DesiredState } from '@weft/model';
import type { CaptureAsks } from './capture/capture.ts';
import { crossing } from './crossing/crossing.ts';
import { Live, type LiveParts } from './live/live.ts';
import { probe } from './probe/probe.ts';
import type { TraceAsks } from './trace/trace.ts';

/** What answering needs of an executor. */
export interface AnswererParts {
  /** The newest state that this node was told to make true; null before the first. */
  readonly desired: () => DesiredState | null;
  readonly live: LiveParts;
  readonly captures: CaptureAsks;
  readonly traces: TraceAsks;
}

/** What this node answers: one line for each kind of question. */
export function answerers({ desired, live: parts, captures, traces }: AnswererParts): Answerers {
  const live = new Live(parts);
  return {
    probe: (question) => probe(question, desired()),
    live: (question) => live.answer(question),
    crossing: (question) => crossing(question, { ...parts, desired }),
    ...captures.answerers,
    ...traces.answerers,
  };
}
