import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

/**
 * Names the program whose one file is at `url`, so that it knows again what it wrote itself; null for a program of many files, as what was changed in one of them cannot be
 * seen by another.
 */
export function writerAt(url: string): string | null {
  return url.endsWith('.mjs') ? `${manifest.version} ${hash('sha256', readFileSync(fileURLToPath(url)))}` : null;
}
