import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorChain, type Logger } from '@weft/telemetry';
import { DesiredStore } from '../disk/desired-store.ts';
import { openHost } from '../host/host.ts';
import type { Credential } from '../identity/credential.ts';
import { cleanUp } from './cleanup.ts';

/** What a host that was removed needs to know. */
export interface RemovedHost {
  readonly stateDir: string;
  /** The id of the node that it was. */
  readonly removed: string;
  /** Its credential, as it is now; may reject while there is none. */
  readonly credential: () => Promise<Pick<Credential, 'node' | 'token'>>;
  /** Resolves when the process is asked to stop. */
  readonly stop: Promise<unknown>;
  readonly log: Logger;
}

/** What is kept on disk about a node beside its state; a node that comes to be here later has nothing to do with it. */
const FOLDERS = ['receipts', 'counters', 'drift'] as const;

const CLEAN_AGAIN_MS = 10_000;
const LOOK_MS = 2_000;

/** False when the process is asked to stop meanwhile. */
async function waited(milliseconds: number, stop: Promise<unknown>): Promise<boolean> {
  const over = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => over.resolve(true), milliseconds);
  const result = await Promise.race([over.promise, stop.then(() => false)]);
  clearTimeout(timer);
  return result;
}

/** Removes everything of ours, running pods included, and what is kept about the node. True when nothing is left. */
async function clean({ stateDir, log }: RemovedHost): Promise<boolean> {
  const host = openHost();
  try {
    const { removed, left } = await cleanUp(host, new DesiredStore(join(stateDir, 'desired')));
    for (const folder of FOLDERS) await rm(join(stateDir, folder), { recursive: true, force: true });
    log[left.length === 0 ? 'warn' : 'error']({ removed, left }, 'this node was removed from the fleet; its host was cleaned');
    return left.length === 0;
  } catch (error) {
    log.error({ why: errorChain(error) }, 'this node was removed from the fleet, and its host cannot be cleaned; trying again');
    return false;
  } finally {
    host.close();
  }
}

/**
 * What is done on a host whose node was removed: it is cleaned as `cleanup` does, and then nothing happens until it joins anew. True when it has another credential than that node had; false
 * when the process is asked to stop.
 */
export async function rejoined(host: RemovedHost): Promise<boolean> {
  const { removed, credential, stop, log } = host;
  const ours = await credential().catch(() => null);
  while (!(await clean(host))) if (!(await waited(CLEAN_AGAIN_MS, stop))) return false;
  log.warn('waiting for a new credential: join again with `weft node join`');
  for (;;) {
    if (!(await waited(LOOK_MS, stop))) return false;
    const now = await credential().catch(() => null);
    // It may have come before it was looked at first; and a restored database may know the node again.
    if (now !== null && (now.node.id !== removed || now.token !== ours?.token)) return true;
  }
}
