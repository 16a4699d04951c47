/** What a field says when it says nothing. */
const NONE = '<none>';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown) =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);

/** `podBlocks` as people read it: `Pod Blocks`. */
export const titleOf = (field: string): string =>
  field.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/^./, (letter) => letter.toUpperCase());

/** An object of plain values on one line: `port=80 protocol=TCP`; what says nothing is left out. */
const inline = (value: Record<string, unknown>): string =>
  Object.entries(value)
    .filter(([, field]) => !isEmpty(field))
    .map(([name, field]) => `${name}=${typeof field === 'object' ? JSON.stringify(field) : field}`)
    .join(' ');

function valueLines(value: unknown): string[] {
  if (isEmpty(value)) return [NONE];
  if (Array.isArray(value)) return value.map((item) => (isRecord(item) ? inline(item) : `${item}`));
  if (isRecord(value))
    return Object.entries(value).map(
      ([name, field]) => `${name}=${isRecord(field) || Array.isArray(field) ? JSON.stringify(field) : field}`,
    );
  return [`${value}`];
}

/** Fields with their values in one column beside them, several values below each other. */
export function fieldLines(fields: Readonly<Record<string, unknown>>): string[] {
  const titles = Object.keys(fields).map((name) => `${titleOf(name)}:`);
  const width = Math.max(0, ...titles.map((title) => title.length)) + 2;
  return Object.values(fields).flatMap((value, at) =>
    valueLines(value).map((line, row) => `${(row === 0 ? (titles[at] ?? '') : '').padEnd(width)}${line}`),
  );
}
