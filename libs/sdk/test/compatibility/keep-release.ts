import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contractOf } from './contract.ts';

/** Keeps the document in a folder as it is now as the one that programs rely on from here on, and forgets what was declared against the one before. */
export async function keepRelease(openapi: string): Promise<void> {
  const contract = contractOf(JSON.parse(await readFile(join(openapi, 'weft.json'), 'utf8')));
  await writeFile(join(openapi, 'released.json'), `${JSON.stringify(contract, null, 1)}\n`);
  await writeFile(join(openapi, 'breaking.json'), '[]\n');
}
