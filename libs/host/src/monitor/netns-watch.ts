import { existsSync, type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { isOurNetns } from '@weft/model';
import type { Notice } from './host-monitor.ts';

/** How long to wait for the folder to be there, in ms: the first `ip netns add` makes it. */
const ABSENT_MS = 2_000;

/**
 * Watches the folder that gives namespaces their names: a namespace in which a process runs outlives its name, and nobody tells that it lost it. `folder` is
 * /run/netns of the host. Returns what ends it.
 */
export function watchNetns(folder: string, tell: (notice: Notice) => void): () => void {
  let watcher: FSWatcher | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  function open(again: boolean): void {
    if (closed) return;
    try {
      watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null) tell({ by: 'netns-watch', what: 'lost' });
        else if (isOurNetns(name)) tell({ by: 'netns-watch', what: 'netns', name, there: existsSync(join(folder, name)) });
      });
      watcher.on('error', () => {
        watcher?.close();
        wait();
      });
      if (again) tell({ by: 'netns-watch', what: 'lost' });
    } catch {
      wait();
    }
  }

  function wait(): void {
    timer = setTimeout(() => open(true), ABSENT_MS);
    timer.unref();
  }

  open(false);
  return () => {
    closed = true;
    watcher?.close();
    if (timer !== null) clearTimeout(timer);
  };
}
