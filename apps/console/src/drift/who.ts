import type { DriftEvent } from '../api.ts';

/** Who did it, as far as the kernel says. */
export const whoOf = ({ process }: DriftEvent): string => (process === null ? 'not known' : `${process.name} (process ${process.pid})`);

/** What was changed, in a few words: the first thing, and how many more there are. */
export function whatOf({ changes, moreChanges, message }: DriftEvent): string {
  const [first] = changes;
  if (first === undefined) return message;
  const more = changes.length - 1 + moreChanges;
  return more === 0 ? first.object : `${first.object}, and ${more} more`;
}
