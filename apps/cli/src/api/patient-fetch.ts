import { setTimeout as sleep } from 'node:timers/promises';
import { showWaiting } from '../terminal/show-waiting.ts';

/** Longest that a command waits for its turn, in seconds; after that it is told as any refusal is. */
const PATIENCE_S = 60;

const TOO_MANY_REQUESTS = 429;

/** For how many seconds an answer asks to come back later; null: it does not (RFC 9110, 10.2.3; our API never gives a date). */
function secondsToWait({ status, headers }: Response): number | null {
  const after = headers.get('retry-after');
  return status === TOO_MANY_REQUESTS && after !== null && /^\d+$/.test(after) ? Number(after) : null;
}

/** What a fetch waits and tells of its waiting with. */
export interface Patience {
  readonly wait: (milliseconds: number) => Promise<unknown>;
  readonly say: (line: string) => void;
}

/**
 * Makes what sends a request and, while the answer is that too many came, waits as long as it asks and sends it again: nothing was done about one that is refused so.
 */
export const patiently =
  ({ wait, say }: Patience) =>
  async (request: Request): Promise<Response> => {
    for (let left = PATIENCE_S; ; ) {
      const answer = await showWaiting(`${request.method} ${new URL(request.url).pathname}`, fetch(request.clone()));
      const seconds = secondsToWait(answer);
      if (seconds === null || seconds > left) return answer;
      await answer.body?.cancel();
      say(`too many requests with this token: waiting ${seconds} s, as the API asks`);
      await wait(seconds * 1000);
      left -= Math.max(1, seconds);
    }
  };

/** The fetch of every command: says on standard error what it waits for, when it takes longer than a second. */
export const patientFetch = patiently({ wait: sleep, say: (line) => process.stderr.write(`weft: ${line}\n`) });
