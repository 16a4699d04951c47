import type { OpenApiDocument } from './document.ts';

/** The document as the text that is committed: keys sorted at every depth, so that a change shows as the change it is. */
export function openApiText(document: OpenApiDocument): string {
  const sorted = (_key: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return `${JSON.stringify(document, sorted, 2)}\n`;
}
