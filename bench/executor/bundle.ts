import { join } from 'node:path';

/** The executor as it is installed on hosts. */
export const EXECUTOR_BUNDLE = join(import.meta.dirname, '../../apps/node-executor/dist/main.mjs');

/** What its unit gives Node.js, so that it stays small (deploy/systemd/weft-node-executor.service). */
export const NODE_OPTIONS = ['--max-semi-space-size=1', '--max-old-space-size=96'] as const;
