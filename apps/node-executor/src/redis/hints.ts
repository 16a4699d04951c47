import { createHintWorker, type NodeWorker, type OnConnection } from '@weft/jobs';
import { errorChain, type Logger } from '@weft/telemetry';
import { redisWatch } from './redis-watch.ts';

interface Listening {
  readonly node: string;
  readonly redisUrl: string;
  readonly worker: NodeWorker;
  /** Redis is there. */
  connected: boolean;
}

/** Listens for hints of the node this host is. Which node that is, only a session tells, and as whom to listen, the credential: both may change. */
export class Hints {
  readonly #onHint: (revision: number) => void;
  readonly #log: Logger;
  #listening: Listening | null = null;

  constructor(onHint: (revision: number) => void, log: Logger) {
    this.#onHint = onHint;
    this.#log = log;
  }

  /** Hints can come: there is a Redis, and it is there. */
  get mayCome(): boolean {
    return this.#listening?.connected ?? false;
  }

  /**
   * Listens to a node's queue from now on; `redisUrl` null: to none. A hint is done with when it is noted: the loop makes one pass out of many.
   */
  listen(node: string, redisUrl: string | null): void {
    if (this.#listening?.node === node && this.#listening.redisUrl === redisUrl) return;
    void this.close();
    if (redisUrl === null) return;
    const onError = (error: Error) => this.#log.debug({ why: errorChain(error) }, 'the queue of hints');
    const watch = redisWatch(this.#log, 'this node hears of changes at its heartbeats only');
    const onConnection: OnConnection = (error) => {
      watch(error);
      listening.connected = error === null;
    };
    const worker = createHintWorker({ url: redisUrl }, node, async (revision) => this.#onHint(revision), onError, onConnection);
    const listening: Listening = { node, redisUrl, worker, connected: false };
    this.#listening = listening;
  }

  async close(): Promise<void> {
    const listening = this.#listening;
    this.#listening = null;
    await listening?.worker.close();
  }
}
