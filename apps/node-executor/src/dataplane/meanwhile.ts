import { setImmediate as nextTurn } from 'node:timers/promises';

/** Goes on with work, step by step, until something else is there, and gives that. Rejects with what it or the work fails with; what was not come to is left. */
export async function meanwhile<T>(awaited: Promise<T>, work: Iterator<unknown>): Promise<T> {
  let there = false;
  const arrive = () => {
    there = true;
  };
  awaited.then(arrive, arrive);
  do await nextTurn();
  while (!there && work.next().done !== true);
  return awaited;
}
