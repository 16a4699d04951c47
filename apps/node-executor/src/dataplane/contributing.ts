import type { DesiredService } from '@weft/model';

/** Services that are compiled between two looks at whether that is still asked for: a millisecond or two. */
const AT_ONCE = 50;

/** Compiles services one by one, each as of when it is asked for or ahead of that. */
export class Contributing<C> {
  readonly #compile: (service: DesiredService) => C;
  readonly #ahead = new Map<DesiredService, C>();

  constructor(compile: (service: DesiredService) => C) {
    this.#compile = compile;
  }

  /** What a service adds. */
  of(service: DesiredService): C {
    const made = this.#ahead.get(service);
    this.#ahead.delete(service);
    return made ?? this.#compile(service);
  }

  /** Compiles services that will be asked for, some with each step. */
  *ahead(services: Iterable<DesiredService>): Generator<void> {
    let made = 0;
    for (const service of services) {
      this.#ahead.set(service, this.#compile(service));
      made += 1;
      if (made % AT_ONCE === 0) yield;
    }
  }
}
