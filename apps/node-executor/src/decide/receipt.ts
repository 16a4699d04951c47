import { RECEIPT_BEGINNING_MAX, RECEIPT_TEXT_MAX, type ReceiptReport, type ReceiptStep } from '@weft/model';
import type { StepOutcome } from '@weft/reconcile';
import { plainText } from './plain-text.ts';

/** Everything about an apply that is known before it runs. */
export type ReceiptHead = Pick<ReceiptReport, 'id' | 'fromRevision' | 'toRevision' | 'cause' | 'backend' | 'startedAt' | 'configHash'>;

/** Characters of one receipt's inputs together, and of everything else: as JSON it stays below the 1 MiB that the control plane takes as a body. */
const INPUTS_MAX = 3 * RECEIPT_TEXT_MAX;
const WORDS_MAX = RECEIPT_TEXT_MAX;

const STEPS_MAX = 256;
const ARGUMENTS_MAX = 64;
const ARGUMENT_MAX = 256;
const STDERR_MAX = 4_096;

/** Cuts texts one after the other to what is left of a budget. */
class Room {
  #left: number;
  cut = false;

  constructor(characters: number) {
    this.#left = characters;
  }

  /** `part`: the longest of a text that is longer than that, or than what is left. */
  take(text: string, longest: number, part = longest): string {
    const room = Math.min(longest, this.#left);
    const taken = plainText(text, text.length > room ? Math.min(room, part) : room);
    this.#left -= taken.length;
    this.cut ||= taken.length < text.length;
    return taken;
  }
}

function stepIn(words: Room, inputs: Room, outcome: StepOutcome): ReceiptStep {
  words.cut = inputs.cut = outcome.argv.length > ARGUMENTS_MAX;
  const argv = outcome.argv.slice(0, ARGUMENTS_MAX).map((argument) => words.take(argument, ARGUMENT_MAX));
  const stderr = words.take(outcome.stderr, STDERR_MAX);
  const input = inputs.take(outcome.input, RECEIPT_TEXT_MAX, RECEIPT_BEGINNING_MAX);
  return { argv, input, truncated: words.cut || inputs.cut, exitCode: outcome.exitCode, durationMs: outcome.durationMs, stderr };
}

/** What every receipt says of an apply that has begun and of which no end is known. */
const INTERRUPTED = {
  durationMs: 0,
  rulesHash: null,
  leftOut: [],
  readBack: null,
  outcome: 'failed',
  message: 'the executor ended in the middle of this apply',
  steps: [],
} satisfies Omit<ReceiptReport, keyof ReceiptHead>;

/** The receipt of an apply that has begun and of which no end is known. */
export function interruptedReceipt(head: ReceiptHead): ReceiptReport {
  return { ...head, ...INTERRUPTED };
}

/** What came of an apply. */
export interface ApplyEnd extends Pick<ReceiptReport, 'durationMs' | 'rulesHash' | 'leftOut'> {
  readonly outcomes: readonly StepOutcome[];
  /** Why it failed; null: every step succeeded. */
  readonly message: string | null;
}

/** The receipt of an apply: its steps as they ran, cut at the contract's limits. */
export function finishedReceipt(head: ReceiptHead, { outcomes, message, ...end }: ApplyEnd): ReceiptReport {
  const listed = listedOf(outcomes);
  const [words, inputs] = [new Room(WORDS_MAX), new Room(INPUTS_MAX)];
  const steps = listed.map((outcome) => stepIn(words, inputs, outcome));
  const omitted = outcomes.length - listed.length;
  const notes = [...(message === null ? [] : [message]), ...(omitted > 0 ? [`${omitted} more steps are not listed`] : [])];
  return {
    ...head,
    ...end,
    readBack: null,
    outcome: message === null ? 'applied' : 'failed',
    message: plainText(notes.join('; '), 4096),
    steps,
  };
}

/** What reading the kernel back gave. */
export type Verification = Pick<ReceiptReport, 'durationMs' | 'rulesHash' | 'leftOut'> & {
  readonly readBack: NonNullable<ReceiptReport['readBack']>;
};

/** The receipt of one time that the kernel was read back: it failed when something else stands there than should. */
export function verificationReceipt(head: ReceiptHead, verification: Verification): ReceiptReport {
  const same = verification.readBack.rulesHash === verification.rulesHash;
  const message = same ? '' : 'the kernel holds something else than was applied';
  return { ...head, ...verification, outcome: same ? 'applied' : 'failed', message, steps: [] };
}

/** The steps that a receipt has room for, in their order: those that failed before those that did not. */
function listedOf(outcomes: readonly StepOutcome[]): readonly StepOutcome[] {
  if (outcomes.length <= STEPS_MAX) return outcomes;
  const failed = outcomes.filter(({ exitCode }) => exitCode !== 0).slice(0, STEPS_MAX);
  const fine = outcomes.filter(({ exitCode }) => exitCode === 0).slice(0, STEPS_MAX - failed.length);
  const kept = new Set([...failed, ...fine]);
  return outcomes.filter((outcome) => kept.has(outcome));
}
