import { type Answer, createAnswerer, type NodeWorker, type Question } from '@weft/jobs';
import type { DesiredState } from '@weft/model';
import type { Logger } from '@weft/telemetry';
import { connectTo } from './connect.ts';
import { isOfFleet } from './known-addresses.ts';

/** Answers one question. Throws Error for what this node does not answer. */
export async function answer(question: Question, desired: Pick<DesiredState, 'cluster' | 'nodes'> | null): Promise<Answer> {
  const stranger = question.targets.find(({ ip }) => desired === null || !isOfFleet(desired, ip));
  if (stranger !== undefined) throw new Error(`${stranger.ip} is no address of the fleet that this node knows`);
  return { kind: 'probe', results: await Promise.all(question.targets.map((target) => connectTo(target, question))) };
}

interface Listening {
  readonly node: string;
  readonly redisUrl: string;
  readonly worker: NodeWorker;
}

/** Answers the questions of the node this host is. Which node that is, only a session tells, and as whom to listen, the credential: both may change. */
export class Asks {
  readonly #desired: () => DesiredState | null;
  readonly #log: Logger;
  #listening: Listening | null = null;

  /** `desired`: the newest state that this node was told to make true. */
  constructor(desired: () => DesiredState | null, log: Logger) {
    this.#desired = desired;
    this.#log = log;
  }

  /** Answers a node's questions from now on; `redisUrl` null: none. */
  listen(node: string, redisUrl: string | null): void {
    if (this.#listening?.node === node && this.#listening.redisUrl === redisUrl) return;
    void this.close();
    if (redisUrl === null) return;
    const onError = (err: Error) => this.#log.debug({ err }, 'the queue of questions');
    const worker = createAnswerer({ url: redisUrl }, node, (question) => answer(question, this.#desired()), onError);
    this.#listening = { node, redisUrl, worker };
  }

  async close(): Promise<void> {
    const listening = this.#listening;
    this.#listening = null;
    await listening?.worker.close();
  }
}
