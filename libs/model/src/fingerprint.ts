import { hash } from 'node:crypto';

/** What JSON makes of a value that is not what it stands for: dates and the like say so themselves. */
function plain(value: unknown): unknown {
  return value !== null && typeof value === 'object' && 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value;
}

/**
 * Canonical JSON (RFC 8785): no spaces, names in the order of their UTF-16 code units at every depth, numbers and strings as ECMAScript writes them; equal values give
 * equal text. What is `undefined` is left out. The text is put together here, as an object's own order has names that look like numbers first.
 */
export function canonicalJson(value: unknown): string {
  const inner = plain(value);
  if (inner === null || typeof inner !== 'object') return JSON.stringify(inner);
  if (Array.isArray(inner)) return `[${inner.map((item) => canonicalJson(item) ?? 'null').join(',')}]`;
  const members: string[] = [];
  for (const name of Object.keys(inner).sort()) {
    const text = canonicalJson((inner as Record<string, unknown>)[name]);
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${members.join(',')}}`;
}

/** SHA-256 of a text in hex. */
export function sha256Hex(text: string): string {
  return hash('sha256', text);
}

/** SHA-256 of a value's canonical JSON, in hex. */
export function fingerprint(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** The first `digits` hex digits of a text's SHA-256. */
export function shortHash(text: string, digits: number): string {
  return sha256Hex(text).slice(0, digits);
}
