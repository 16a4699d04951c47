import { appendFileSync, closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const datasync = promisify(fdatasync);

/** A file that lines are put at the end of, again and again: it is opened for the first and stays open. It is made where there is none. */
export class AppendedFile {
  readonly #path: string;
  #descriptor: number | null = null;
  /** Resolves when the disk is done with everything that it was told to keep. Never rejects. */
  #synced: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Puts a text at the end, at once: that takes less time than asking for it to be done does. It survives our end when this returns; for when it survives a power cut see
   * `sync`. When it throws, some of the text may be there.
   */
  append(text: string): void {
    this.#descriptor ??= openSync(this.#path, 'a', 0o600);
    appendFileSync(this.#descriptor, text);
  }

  /** Resolves when what was appended survives a power cut (fdatasync). Rejects when nobody knows whether it does. */
  sync(): Promise<void> {
    if (this.#descriptor === null) return Promise.resolve();
    const done = datasync(this.#descriptor);
    this.#synced = Promise.allSettled([this.#synced, done]);
    return done;
  }

  /** Lets go of the file: what is appended next goes to whatever has its path then. */
  release(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    if (descriptor !== null) void this.#synced.then(() => closeSync(descriptor));
  }
}
