/** By how much clocks may be set back, and how long a transaction may take, without a record being missed for it: in ms. */
export const SLACK_MS = 600_000;

/** A condition on the time of records. */
type Time = { readonly lt: Date } | { readonly gte: Date };

/** Bounds for the numbers of records; what is absent bounds nothing. */
interface Numbers {
  readonly gt?: bigint;
  readonly lt?: bigint;
}

/**
 * Bounds for the numbers of records of a time. Records are numbered about in the order of their times; without bounds a database that reads the newest first would look
 * through all that is newer than `until`, and on past `since` to the very first. `first` answers the number of the first record that fulfils a condition, by time in that order.
 */
export async function numbersBetween(
  { since, until }: { readonly since?: string | undefined; readonly until?: string | undefined },
  first: (time: Time, order: 'asc' | 'desc') => Promise<bigint | undefined>,
): Promise<Numbers> {
  const [gt, lt] = await Promise.all([
    since === undefined ? undefined : first({ lt: new Date(Date.parse(since) - SLACK_MS) }, 'desc'),
    until === undefined ? undefined : first({ gte: new Date(Date.parse(until) + SLACK_MS) }, 'asc'),
  ]);
  return { ...(gt === undefined ? {} : { gt }), ...(lt === undefined ? {} : { lt }) };
}
