import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from '../figure.ts';
import { jsonLine, rowsOfJson } from '../json-lines.ts';
import { panelsOf } from './series.ts';
import { svgOf } from './svg.ts';

const keyOf = ({ name, size }: Row) => `${name}\n${size}`;

/** Rows kept before with those measured anew in their place. */
export function renewed(kept: readonly Row[], measured: readonly Row[]): Row[] {
  return [...new Map([...kept, ...measured].map((row) => [keyOf(row), row])).values()];
}

/** Writes an area's rows (one JSON object a line) and their plots to a folder, beside what was kept there of other sizes. `foot` is for the plots. */
export async function keepRows(
  folder: string,
  { name, sizeOf }: { readonly name: string; readonly sizeOf: string },
  rows: readonly Row[],
  foot: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.jsonl`);
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const all = renewed(rowsOfJson(kept), rows);
  await writeFile(path, all.map((row) => `${jsonLine(row)}\n`).join(''));
  const panels = panelsOf(all);
  const image = join(folder, `${name}.svg`);
  if (panels.length === 0) await rm(image, { force: true });
  else await writeFile(image, svgOf(panels, sizeOf, foot));
}
