import { PATIENCE_S, retryAfterSeconds } from './retry-after.ts';

/** Sends a request, as `fetch` does. */
export type Send = (request: Request) => Promise<Response>;

/** What waiting is done with. */
export interface Clock {
  /** Milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** From 0 to 1, so that those who were refused together do not come back together. */
  readonly random: () => number;
}

const CLOCK: Clock = { wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)), random: Math.random };

const FIRST_MS = 200;
const LONGEST_MS = 10_000;

/** Half as long as it may be, and up to that: 100–200 ms, 200–400 ms, … */
const delay = (attempt: number, random: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt) * (0.5 + random / 2);

/**
 * True for a request that may be done twice: it reads, puts, deletes, or has an Idempotency-Key. A patch may not: done again, one of whatever is there
 * (`If-Match: *`) takes back what others changed since, and one of what was read (`If-Match` with an ETag) is refused as outdated by its own first time.
 */
function mayBeRepeated({ method, headers }: Request): boolean {
  if (method === 'POST') return headers.has('Idempotency-Key');
  return method !== 'PATCH';
}

/**
 * Makes what sends a request and, at most so many times, sends it again: any request that was turned away unread (429), and one that may be repeated also
 * when the API cannot answer now (503) or nobody answered. It waits as long as it is asked to, else longer each time.
 */
export function retrying(send: Send, times: number, clock: Clock = CLOCK): Send {
  return async (request) => {
    let unanswered = false;
    for (let attempt = 0; ; attempt++) {
      const last = attempt >= times;
      try {
        const answer = await send(request.clone());
        // Whoever asks a second time for a deletion whose answer was lost, or that was made without anybody knowing whether it lasts, finds it done.
        if (unanswered && request.method === 'DELETE' && answer.status === 404) return new Response(null, { status: 204 });
        const again = answer.status === 429 || (answer.status === 503 && mayBeRepeated(request));
        const asked = retryAfterSeconds(answer);
        unanswered ||= answer.status === 503;
        if (last || !again || (asked ?? 0) > PATIENCE_S) return answer;
        await answer.body?.cancel();
        await clock.wait(asked === null ? delay(attempt, clock.random()) : asked * 1000);
      } catch (error) {
        if (last || request.signal.aborted || !mayBeRepeated(request)) throw error;
        unanswered = true;
        await clock.wait(delay(attempt, clock.random()));
      }
    }
  };
}
