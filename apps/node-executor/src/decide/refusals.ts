import type { DesiredService } from '@weft/model';
import { type Failure, failure } from '../failure.ts';

/** A service that was left out, as it was then. */
interface Refusal {
  readonly revision: number;
  /** `namespace/name`, and why. */
  readonly message: string;
}

/** Most services that a failure names. */
const NAMED_MAX = 3;

/** Services that are left out because the kernel takes no rules for them, or they contradict others. One that changes is tried again. */
export class Refusals {
  readonly #by: ReadonlyMap<string, Refusal>;

  constructor(by: ReadonlyMap<string, Refusal> = new Map()) {
    this.#by = by;
  }

  get none(): boolean {
    return this.#by.size === 0;
  }

  /** The services that are left out. */
  get ids(): string[] {
    return [...this.#by.keys()];
  }

  /** True when a service was left out as it is. */
  has({ id, revision }: DesiredService): boolean {
    return this.#by.get(id)?.revision === revision;
  }

  /** True when a service was left out, whatever it was like. */
  knows(id: string): boolean {
    return this.#by.has(id);
  }

  /** The services without which the host is as wanted, when these are refused a change, and those of `held` stood until now; null: one stands on as it was. */
  leftOut(changes: { has(id: string): boolean }, refused: ReadonlyMap<string, string>, held: readonly DesiredService[]): string[] | null {
    if (refused.size > 0 && held.some(({ id }) => refused.has(id) && !this.knows(id))) return null;
    return [...this.without(changes).ids, ...refused.keys()];
  }

  /** Those that are not among these ids: they are tried again, or gone. */
  without(ids: { has(id: string): boolean }): Refusals {
    return this.none ? this : new Refusals(new Map([...this.#by].filter(([id]) => !ids.has(id))));
  }

  /** Those that are still there as they were. */
  among(services: readonly DesiredService[]): Refusals {
    const there = new Set<string>(this.none ? [] : services.filter((one) => this.has(one)).map(({ id }) => id));
    return this.without({ has: (id) => !there.has(id) });
  }

  /** These and those that were refused now, ids with why. */
  and(services: readonly DesiredService[], refused: ReadonlyMap<string, string>): Refusals {
    if (refused.size === 0) return this;
    const added = services.flatMap(({ id, revision, namespace, name }) => {
      const why = refused.get(id);
      return why === undefined ? [] : [[id, { revision, message: `${namespace}/${name}: ${why.trim()}` }] as const];
    });
    return new Refusals(new Map([...this.#by, ...added]));
  }

  /** What to tell: which services are not as they should be on this node. Null: all are. */
  get failure(): Failure | null {
    const messages = Array.from(this.#by.values(), ({ message }) => message);
    const [first] = messages;
    if (first === undefined) return null;
    const more = messages.length > NAMED_MAX ? `; and ${messages.length - NAMED_MAX} more` : '';
    return failure('ServiceRefused', `services left out: ${messages.slice(0, NAMED_MAX).join('; ')}${more}`);
  }
}
