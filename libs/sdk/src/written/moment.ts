import { UnreadableError } from './unreadable-error.ts';

/** A moment as the API takes it: a revision, or a time. */
export type When = { readonly revision: number } | { readonly at: string };

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads when: a revision (`4711`), a time (`2026-11-21T08:00:00Z`, or without a zone as the clock of this machine says), or how long ago (`30m`, `2h`,
 * `7d`). Throws UnreadableError.
 */
export function readWhen(text: string, now: number = Date.now()): When {
  if (/^\d{1,15}$/.test(text)) return { revision: Number(text) };
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const time = count === undefined ? Date.parse(text) : now - Number(count) * (UNIT_MS[unit] ?? 0);
  if (Number.isNaN(time))
    throw new UnreadableError(`${text} is no moment: say a revision, a time such as 2026-11-21T08:00:00Z, or how long ago, such as 2h`);
  return { at: new Date(time).toISOString() };
}

/** A moment as one end of a span. */
export const endOf = (when: When): string => ('revision' in when ? String(when.revision) : when.at);
