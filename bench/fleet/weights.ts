import type { Client } from '../api/client.ts';

/** Weights that are given in turn. There is a prime number of them, so that each step leads to another. */
const WEIGHTS = { from: 2, count: 89, step: 7 };

/** Changes weights of endpoints, one after the other and over again, each time to one that the endpoint does not have: every request is a change. */
export class Weights {
  readonly #client: Pick<Client, 'ok'>;
  readonly #endpoints: readonly string[];
  readonly #since: number;
  readonly #revisions = new Set<number>();
  #asked = 0;

  /** `endpoints`: ids; none of them was changed after revision `since`, nor has a weight between 2 and 90. */
  constructor(client: Pick<Client, 'ok'>, endpoints: readonly string[], since: number) {
    this.#client = client;
    this.#endpoints = endpoints;
    this.#since = since;
  }

  /** Changes the next one. Gives the revision of the change. Throws Error when it was refused, or changed nothing. */
  async change(): Promise<number> {
    const [at, round] = [this.#asked % this.#endpoints.length, Math.floor(this.#asked / this.#endpoints.length)];
    this.#asked += 1;
    const id = this.#endpoints[at] ?? '';
    const weight = WEIGHTS.from + ((at + round * WEIGHTS.step) % WEIGHTS.count);
    const { revision } = await this.#client.ok<{ revision: number }>('PATCH', `/endpoints/${id}`, { weight }, { 'if-match': '*' });
    if (revision <= this.#since || this.#revisions.has(revision)) throw new Error(`endpoint ${id} had the weight ${weight} already`);
    this.#revisions.add(revision);
    return revision;
  }
}
