/** What Postgres cannot hold in a text: the NUL character, and halves of surrogate pairs. JSON can only spell them as escapes. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/i;

const storableText = (text: string) => !text.includes('\0') && text.isWellFormed();

/** True when every text and every key in a value can be stored. Does not recurse: a value may be nested as deep as a body is long. */
function storableValue(value: unknown): boolean {
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === 'string' && !storableText(next)) return false;
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, inner] of Object.entries(next)) {
      if (!storableText(key)) return false;
      left.push(inner);
    }
  }
  return true;
}

/** True when everything in a parsed JSON text can be stored. */
export function storableJson(text: string, parsed: unknown): boolean {
  return !SUSPICIOUS.test(text) || storableValue(parsed);
}

/** Names of the query parameters that cannot be stored. */
export function unstorableParameters(query: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(query).flatMap(([name, value]) => (storableValue([name, value]) ? [] : [name]));
}
