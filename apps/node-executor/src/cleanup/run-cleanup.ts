import { join } from 'node:path';
import type { LocalConfig } from '../config.ts';
import { DesiredStore } from '../disk/desired-store.ts';
import { openHost } from '../host/host.ts';
import { acquireHostLock } from '../host/host-lock.ts';
import { cleanUp } from './cleanup.ts';

/** `cleanup`: says on standard output what it removed. Returns the exit code: 0 when nothing of ours is left. */
export async function runCleanup(config: LocalConfig): Promise<number> {
  const lock = await acquireHostLock();
  try {
    const { removed, left } = await cleanUp(openHost(), new DesiredStore(join(config.stateDir, 'desired')));
    const lines = removed.length === 0 ? ['nothing of weft is on this host'] : removed.map((line) => `removed ${line}`);
    process.stdout.write(`${[...lines, ...left.map((line) => `left ${line}`)].join('\n')}\n`);
    return left.length === 0 ? 0 : 1;
  } finally {
    await lock.release();
  }
}
