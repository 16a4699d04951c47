import type { Lab } from '@weft/testing';

/** A client that opens one new connection after the other for as long as a test breaks things. */
export class Asking {
  answered = 0;
  readonly failures: string[] = [];
  #asking = true;
  readonly #done: Promise<void>;

  constructor(lab: Lab, from: { readonly host: string; readonly netns?: string }, url: string) {
    this.#done = (async () => {
      while (this.#asking) {
        const argv = ['curl', '--silent', '--show-error', '--max-time', '2', '--output', '/dev/null', url];
        const result = await lab.exec(from.host, argv, from.netns === undefined ? {} : { netns: from.netns });
        if (result.exitCode === 0) this.answered += 1;
        else this.failures.push(result.stderr.trim());
      }
    })();
  }

  async stop(): Promise<void> {
    this.#asking = false;
    await this.#done;
  }
}
