/** A Retry-After that is longer than this, in seconds, is told to the caller instead of being waited for. */
export const PATIENCE_S = 60;

/** For how many seconds an answer asks to come back later; null: it does not say. Our API gives seconds, never a date (RFC 9110 §10.2.3). */
export function retryAfterSeconds({ headers }: Response): number | null {
  const after = headers.get('retry-after');
  return after !== null && /^\d{1,6}$/.test(after) ? Number(after) : null;
}
