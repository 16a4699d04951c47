import type { Output } from './run-command.ts';

/** Longest silence of work that is waited for, in milliseconds, before a line says that it goes on. */
const SILENCE_MS = 60_000;

/** Work that goes on beside other work: what it prints is kept until its turn to be shown comes. */
export class Beside<T> {
  readonly #name: string;
  readonly #show: Output;
  readonly #result: Promise<T>;
  readonly #end: Promise<void>;
  #kept = '';
  #isShown = false;
  #isDone = false;

  /** Starts the work, which gives what it prints to its argument. `name` says in one word or two what it is. */
  constructor(name: string, work: (output: Output) => Promise<T>, show: Output = (text) => process.stdout.write(text)) {
    this.#name = name;
    this.#show = show;
    this.#result = work((text) => this.#take(text));
    const done = () => {
      this.#isDone = true;
    };
    // Whoever waits for the result is told of a failure; until then nobody is.
    this.#end = this.#result.then(done, done);
  }

  /** Resolves when nothing more will come, whatever came of it. */
  get end(): Promise<void> {
    return this.#end;
  }

  /** True when nothing more will come. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Shows what was kept, then what comes, as it comes, until the work is done. */
  async shown(): Promise<T> {
    this.#isShown = true;
    this.#show(this.#kept);
    const startedAt = performance.now();
    const minutes = () => Math.round((performance.now() - startedAt) / 60_000);
    const timer = setInterval(() => this.#show(`… waiting for ${this.#name} since ${minutes()} min\n`), SILENCE_MS);
    return await this.#result.finally(() => clearInterval(timer));
  }

  #take(text: string): void {
    if (this.#isShown) this.#show(text);
    else this.#kept += text;
  }
}

/** Starts works that go on beside other work, one after the other: each when the one before it is done, whatever came of that. */
export function besideInTurn<T>(works: ReadonlyMap<string, (output: Output) => Promise<T>>, show?: Output): readonly Beside<T>[] {
  const all: Beside<T>[] = [];
  for (const [name, work] of works) {
    const before = all.at(-1)?.end;
    all.push(
      new Beside(
        name,
        async (output) => {
          await before;
          return await work(output);
        },
        show,
      ),
    );
  }
  return all;
}
