// The executor as one file (`./weft release`): what it starts as processes of their own comes along as texts, and is laid beside it before anything else runs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names and texts of these programs; the build writes them here. */
declare const PROGRAMS: Readonly<Record<string, string>>;

const textOf = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

for (const [name, text] of Object.entries(PROGRAMS)) {
  const file = join(import.meta.dirname, name);
  if (textOf(file) !== text) writeFileSync(file, text);
}

await import('./main.ts');
