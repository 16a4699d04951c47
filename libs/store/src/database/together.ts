/** How many statements for the same kind of question may be under way: one that gets no answer does not hold up all. */
const UNDER_WAY = 2;

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (reason: unknown) => void;
}

/** How many kinds of question one statement may answer: its answer is one value, of a gigabyte at the most. */
const KINDS_MAX = 16;

/** The first questions that are of no more kinds than one statement may answer, and the others. */
function cut<Q, A>(waiting: readonly Waiting<Q, A>[], kindOf: (question: Q) => string): readonly [Waiting<Q, A>[], Waiting<Q, A>[]] {
  const kinds = new Set<string>();
  const chosen = waiting.filter(({ question }) => {
    const kind = kindOf(question);
    if (kinds.size < KINDS_MAX) kinds.add(kind);
    return kinds.has(kind);
  });
  const taken = new Set(chosen);
  return [chosen, waiting.filter((one) => !taken.has(one))];
}

/**
 * Lets questions that come at the same time be answered by one statement. One that comes alone is asked at once; those that come while statements are under way
 * are asked together when one of these is over. So an answer is never from before its question. Questions of one kind share most of their answer; where `kindOf`
 * tells kinds, no more than sixteen are asked for at a time.
 */
export function askedTogether<Q, A>(
  ask: (questions: readonly Q[]) => Promise<(question: Q) => A>,
  kindOf: (question: Q) => string = () => '',
): (question: Q) => Promise<A> {
  let waiting: Waiting<Q, A>[] = [];
  let underWay = 0;
  const answer = async (batch: readonly Waiting<Q, A>[]): Promise<void> => {
    underWay += 1;
    try {
      const answerTo = await ask(batch.map(({ question }) => question));
      for (const { question, resolve } of batch) resolve(answerTo(question));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    underWay -= 1;
    next();
  };
  const next = () => {
    if (underWay === UNDER_WAY || waiting.length === 0) return;
    const [batch, rest] = cut(waiting, kindOf);
    waiting = rest;
    void answer(batch);
  };
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      next();
    });
}
