import { RECONCILE_QUEUE, ReconcileHint } from './hint.ts';
import { type NodeWorker, type OnConnection, openNodeWorker } from './node-worker.ts';
import type { RedisAccess } from './redis-access.ts';

/** In ms. Whoever starts again looks at everything by itself, so a hint that a killed worker had taken is in no hurry. */
const LOOK_MS = 15_000;

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
    { name: RECONCILE_QUEUE, lookMs: LOOK_MS },
    (data) => onHint(ReconcileHint.parse(data).revision),
    onError,
    onConnection,
  );
}
