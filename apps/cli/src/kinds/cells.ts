/** Nothing to say, in a table. */
export const NONE = '<none>';

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** How long ago a time (RFC 3339) is, as people say it: `12s`, `5m`, `3h`, `9d`. `now` is in ms since 1970. */
export function ago(time: string | null, now: number): string {
  if (time === null) return NONE;
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
  const unit = UNITS.find(([, size]) => seconds >= 2 * size);
  return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[1])}${unit[0]}`;
}

/** How long until a time. */
export function until(time: string | null, now: number): string {
  if (time === null) return 'never';
  return Date.parse(time) <= now ? 'expired' : ago(new Date(now).toISOString(), Date.parse(time));
}

/** Values in one cell. */
export const joined = (values: readonly string[] | null | undefined): string =>
  values === null || values === undefined || values.length === 0 ? NONE : values.join(',');

/** Labels or a selector in one cell: `app=web,tier=front`. */
export const labels = (all: Readonly<Record<string, string>> | null): string =>
  joined(all === null ? null : Object.entries(all).map(([key, value]) => `${key}=${value}`));

/** A value that may be missing. */
export const orNone = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '' ? NONE : `${value}`;
