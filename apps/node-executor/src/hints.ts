import { createHintWorker, type NodeWorker } from '@weft/jobs';
import type { Logger } from '@weft/telemetry';

/** Listens for hints of the node this host is. Which node that is, only a session tells, so it may be told again and another. */
export class Hints {
  readonly #redisUrl: string | null;
  readonly #onHint: () => void;
  readonly #log: Logger;
  #listening: { readonly node: string; readonly worker: NodeWorker } | null = null;

  /** `redisUrl` null: never listens. */
  constructor(redisUrl: string | null, onHint: () => void, log: Logger) {
    this.#redisUrl = redisUrl;
    this.#onHint = onHint;
    this.#log = log;
  }

  /** Listens to a node's queue from now on. A hint is done with when it is noted: the loop makes one pass out of many. */
  listen(node: string): void {
    if (this.#redisUrl === null || this.#listening?.node === node) return;
    void this.close();
    const onError = (err: Error) => this.#log.debug({ err }, 'the queue of hints');
    const worker = createHintWorker(this.#redisUrl, node, async () => this.#onHint(), onError);
    this.#listening = { node, worker };
  }

  async close(): Promise<void> {
    const listening = this.#listening;
    this.#listening = null;
    await listening?.worker.close();
  }
}
