import { RECONCILE_QUEUE, ReconcileHint } from './hint.ts';
import { type NodeWorker, type OnConnection, openNodeWorker } from './node-worker.ts';
import type { RedisAccess } from './redis-access.ts';

/**
 * In ms: longer than a node is held up by taking in ten thousand services. A job that it could not end would keep back all hints until it is looked for. So does that of a worker that is killed with it, for 45 s at the
 * most; until then the node follows the answers to its lease.
 */
const LOCK_MS = 30_000;

/**
 * Receives a node's hints, one at a time, until it is closed. Hints that arrive while `onHint` runs become one more call afterwards. Connection errors and errors of
 * `onHint` go to `onError`. Throws RedisUrlError.
 */
export function createHintWorker(
  access: RedisAccess,
  nodeName: string,
  onHint: (revision: number) => Promise<void>,
  onError: (error: Error) => void = () => undefined,
  onConnection?: OnConnection,
): NodeWorker {
  return openNodeWorker(
    access,
    nodeName,
    { name: RECONCILE_QUEUE, lockMs: LOCK_MS },
    (data) => onHint(ReconcileHint.parse(data).revision),
    onError,
    onConnection,
  );
}
