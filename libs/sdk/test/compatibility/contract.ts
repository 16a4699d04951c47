import type { Document } from './compare.ts';

/** Words of a document that tell people something and bind nobody. */
const TOLD = new Set(['description', 'summary', 'example', 'examples', 'tags', 'title', 'headers', 'servers', 'externalDocs']);

/** Fields named as in TOLD are fields all the same. */
const NAMES = new Set(['properties', 'schemas']);

/** A document without what binds nobody: what `openapi/released.json` keeps. */
export function contractOf(value: unknown, named = false): unknown {
  if (Array.isArray(value)) return value.map((item) => contractOf(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => named || !TOLD.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, contractOf(inner, NAMES.has(key))]));
}

/** The same, as what is compared. */
export const documentIn = (text: string): Document => contractOf(JSON.parse(text)) as Document;
