import type { Answerers } from '@weft/jobs';
import type { DesiredState } from '@weft/model';
import type { CaptureAsks } from './capture/capture.ts';
import { probe } from './probe/probe.ts';

/** What answering needs of an executor. */
export interface AnswererParts {
  /** The newest state that this node was told to make true; null before the first. */
  readonly desired: () => DesiredState | null;
  readonly captures: CaptureAsks;
}

/** What this node answers: one line for each kind of question. */
export function answerers({ desired, captures }: AnswererParts): Answerers {
  return {
    probe: (question) => probe(question, desired()),
    ...captures.answerers,
  };
}
