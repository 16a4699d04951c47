import { join } from 'node:path';

/** The executor as it is installed on hosts. */
export const EXECUTOR_BUNDLE = join(import.meta.dirname, '../../apps/node-executor/dist/main.mjs');

/** What its unit gives Node.js, so that it stays small (deploy/systemd/weft-node-executor.service). */
export const NODE_OPTIONS = ['--max-semi-space-size=1', '--max-old-space-size=256', '--expose-gc', '--optimize-for-size'] as const;

/** What its unit has in its environment for the same. */
export const NODE_ENVIRONMENT = { MALLOC_MMAP_THRESHOLD_: '32768' } as const;
