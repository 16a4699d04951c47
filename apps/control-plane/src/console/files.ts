import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** Content types of what a build of the console consists of. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** One file as it is answered. */
export interface ConsoleFile {
  readonly body: Buffer;
  readonly type: string;
  /** Strong validator (RFC 9110 §8.8.3): a digest of the body, the same on every replica. */
  readonly etag: string;
  /** Its name holds a digest of what is in it: it never changes. */
  readonly immutable: boolean;
}

/** Files by their path below the folder, with slashes. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** The page of the application; every path that names no file shows it. */
export const PAGE = 'index.html';

/** Where the build puts what has a digest in its name. */
const DIGESTED = 'assets/';

/** Reads a build of the console, about a megabyte. Throws what `readdir` throws when there is none. */
export async function readConsole(folder: string): Promise<ConsoleFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && extname(entry.name) in TYPES);
  const read = files.map(async ({ parentPath, name }): Promise<[string, ConsoleFile]> => {
    const path = join(parentPath, name);
    const below = path.slice(join(folder, '/').length);
    const body = await readFile(path);
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    return [below, { body, type: TYPES[extname(name)] ?? '', etag, immutable: below.startsWith(DIGESTED) }];
  });
  return new Map(await Promise.all(read));
}
