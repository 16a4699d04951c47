import type { Send } from './retries.ts';
import { PATIENCE_S, retryAfterSeconds } from './retry-after.ts';

const TOO_MANY_REQUESTS = 429;

/** What waiting for one's turn is done with. */
export interface Turns {
  /** Told, in seconds, of each wait before it begins. */
  readonly onTurn: (seconds: number) => void;
  /** Milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Makes what sends a request and, while the answer is that too many came and when to come back, waits so long and sends it again, for a minute at most
 * altogether: nothing was done about one that is refused so.
 */
export function takingTurns(send: Send, { onTurn, wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }: Turns): Send {
  return async (request) => {
    for (let left = PATIENCE_S; ; ) {
      const answer = await send(request.clone());
      const seconds = answer.status === TOO_MANY_REQUESTS ? retryAfterSeconds(answer) : null;
      if (seconds === null || seconds > left) return answer;
      await answer.body?.cancel();
      onTurn(seconds);
      await wait(seconds * 1000);
      left -= Math.max(1, seconds);
    }
  };
}
