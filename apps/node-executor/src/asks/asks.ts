import { type Answerers, createAnswerer, type NodeWorker } from '@weft/jobs';
import { errorChain, type Logger } from '@weft/telemetry';
import { redisWatch } from '../redis/redis-watch.ts';

interface Listening {
  readonly node: string;
  readonly redisUrl: string;
  readonly worker: NodeWorker;
}

/** Answers the questions of the node this host is. Which node that is, only a session tells, and as whom to listen, the credential: both may change. */
export class Asks {
  readonly #answerers: Answerers;
  readonly #log: Logger;
  #listening: Listening | null = null;

  constructor(answerers: Answerers, log: Logger) {
    this.#answerers = answerers;
    this.#log = log;
  }

  /** Answers a node's questions from now on; `redisUrl` null: none. */
  listen(node: string, redisUrl: string | null): void {
    if (this.#listening?.node === node && this.#listening.redisUrl === redisUrl) return;
    void this.close();
    if (redisUrl === null) return;
    const onError = (error: Error) => this.#log.debug({ why: errorChain(error) }, 'the queue of questions');
    const watch = redisWatch(this.#log, 'this node cannot be asked anything');
    this.#listening = { node, redisUrl, worker: createAnswerer({ url: redisUrl }, node, this.#answerers, onError, watch) };
  }

  async close(): Promise<void> {
    const listening = this.#listening;
    this.#listening = null;
    await listening?.worker.close();
  }
}
