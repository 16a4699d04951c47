import { setTimeout as pause } from 'node:timers/promises';

/** How many statements for the same kind of question may be under way: one that gets no answer does not hold up all. */
const UNDER_WAY = 2;

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (reason: unknown) => void;
}

/** Questions of which kinds are asked together. */
export interface Kinds<Q> {
  /** Questions of one kind share most of their answer. */
  readonly kindOf: (question: Q) => string;
  /** How many kinds of question one statement may answer: its answer is one value, of a gigabyte at the most. */
  readonly kindsMax: number;
  /** How many questions of one kind one statement may answer. */
  readonly ofKindMax: number;
  /**
   * After an answer as much time passes before the next statement as it took, and so much at the most, in ms: more come together meanwhile. Whoever asks one after the other does not
   * notice, as two may be under way. None passes where questions of more kinds wait by then than one statement may answer, nor after a failure: a statement that was given up has kept others waiting long enough.
   */
  readonly restMaxMs: number;
  /**
   * Where questions come in crowds, the rest is as many times longer as one statement answered questions, as long as that is no more than this, in ms: a statement costs about the same for one
   * and for ten, and a crowd is answered the sooner the less it costs. Whoever comes right after a crowd waits that long.
   */
  readonly gatherMs: number;
}

/** Questions that differ in nothing that matters here. */
export const ALL_ALIKE: Kinds<unknown> = { kindOf: () => '', kindsMax: 1, ofKindMax: Number.POSITIVE_INFINITY, restMaxMs: 20, gatherMs: 5 };

/** How long to wait after a statement that took so long for so many questions, in ms. */
export function restAfter(
  tookMs: number,
  questions: number,
  { restMaxMs, gatherMs }: Pick<Kinds<unknown>, 'restMaxMs' | 'gatherMs'>,
): number {
  return Math.min(Math.max(tookMs, Math.min(tookMs * questions, gatherMs)), restMaxMs);
}

/** The first questions that are of no more kinds, and no more of each kind, than one statement may answer, and the others. */
function cut<Q, A>(
  waiting: readonly Waiting<Q, A>[],
  { kindOf, kindsMax, ofKindMax }: Kinds<Q>,
): readonly [Waiting<Q, A>[], Waiting<Q, A>[]] {
  const ofKind = new Map<string, number>();
  const chosen = waiting.filter(({ question }) => {
    const kind = kindOf(question);
    const before = ofKind.get(kind) ?? (ofKind.size < kindsMax ? 0 : ofKindMax);
    if (before === ofKindMax) return false;
    ofKind.set(kind, before + 1);
    return true;
  });
  const taken = new Set(chosen);
  return [chosen, waiting.filter((one) => !taken.has(one))];
}

/** True when questions of more kinds wait than one statement may answer: nobody has to be waited for. */
function isEnough<Q, A>(waiting: readonly Waiting<Q, A>[], { kindOf, kindsMax }: Kinds<Q>): boolean {
  return new Set(waiting.map(({ question }) => kindOf(question))).size > kindsMax;
}

/**
 * Lets questions that come at the same time be answered by one statement. One that comes alone is asked at once; those that come while statements are under way
 * are asked together when one of these is over, as many kinds of them as may be. So an answer is never from before its question.
 */
export function askedTogether<Q, A>(
  ask: (questions: readonly Q[]) => Promise<(question: Q) => A>,
  kinds: Kinds<Q> = ALL_ALIKE,
): (question: Q) => Promise<A> {
  let waiting: Waiting<Q, A>[] = [];
  let underWay = 0;
  const answer = async (batch: readonly Waiting<Q, A>[]): Promise<void> => {
    underWay += 1;
    const from = performance.now();
    try {
      const answerTo = await ask(batch.map(({ question }) => question));
      for (const { question, resolve } of batch) resolve(answerTo(question));
      if (kinds.restMaxMs > 0 && !isEnough(waiting, kinds)) await pause(restAfter(performance.now() - from, batch.length, kinds));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    underWay -= 1;
    next();
  };
  const next = () => {
    if (underWay === UNDER_WAY || waiting.length === 0) return;
    const [batch, rest] = cut(waiting, kinds);
    waiting = rest;
    void answer(batch);
  };
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      next();
    });
}
