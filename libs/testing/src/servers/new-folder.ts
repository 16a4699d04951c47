import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const ROOM = 4 * 2 ** 30;

/**
 * A new folder for what servers write: in memory where there is room for it. Thousands of databases made and dropped on a disk, without fsync, had an fsync of anybody else wait for half a
 * minute; and a server whose disk does that answers nobody meanwhile.
 */
export async function newServersFolder(prefix: string): Promise<string> {
  const memory = await statfs(MEMORY).catch(() => null);
  const room = memory === null ? 0 : Math.min(memory.bavail * memory.bsize, process.availableMemory());
  return mkdtemp(join(room >= ROOM ? MEMORY : tmpdir(), prefix));
}
