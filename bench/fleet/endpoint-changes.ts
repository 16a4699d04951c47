import type { Client } from '../api/client.ts';

/** What is changed of an endpoint, by its place among the others and how often it was changed before: each time something that it is not. */
export type Turn = (at: number, round: number) => Readonly<Record<string, unknown>>;

/** It goes and comes back, as endpoints do whose pods are replaced or fail their probes: its service has a slot less, and one more again. */
export const READINESS: Turn = (_at, round) => ({ ready: round % 2 === 1 });

/** Weights that are given in turn. There is a prime number of them, so that each step leads to another. */
const WEIGHTS = { from: 2, count: 89, step: 7 };

/** Its weight, which makes the slots of a service of five some fifty, and up to 128: ten to twenty times the elements of any other change. */
export const WEIGHT: Turn = (at, round) => ({ weight: WEIGHTS.from + ((at + round * WEIGHTS.step) % WEIGHTS.count) });

/** Changes endpoints, one after the other and over again: every request is a change. */
export class EndpointChanges {
  readonly #client: Pick<Client, 'ok'>;
  readonly #endpoints: readonly string[];
  readonly #turn: Turn;
  readonly #since: number;
  readonly #revisions = new Set<number>();
  readonly #rounds: number[];
  #asked = 0;

  /** `endpoints`: ids of ready ones; none of them was changed after revision `since`, nor has a weight between 2 and 90. */
  constructor(client: Pick<Client, 'ok'>, endpoints: readonly string[], turn: Turn, since: number) {
    this.#client = client;
    this.#endpoints = endpoints;
    this.#turn = turn;
    this.#since = since;
    this.#rounds = endpoints.map(() => 0);
  }

  /** Changes the next one. Gives the revision of the change. Throws Error when it was refused, or changed nothing. */
  async change(): Promise<number> {
    const at = this.#asked % this.#endpoints.length;
    this.#asked += 1;
    const id = this.#endpoints[at] ?? '';
    const round = this.#rounds[at] ?? 0;
    const body = this.#turn(at, round);
    const { revision } = await this.#client.ok<{ revision: number }>('PATCH', `/endpoints/${id}`, body, { 'if-match': '*' });
    // One that was refused is asked for again in its next turn; one that got no answer may be there by then.
    this.#rounds[at] = round + 1;
    if (revision <= this.#since || this.#revisions.has(revision))
      throw new Error(`endpoint ${id} was as ${JSON.stringify(body)} says already`);
    this.#revisions.add(revision);
    return revision;
  }
}
