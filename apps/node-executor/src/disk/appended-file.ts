import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, type Stats, statSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const datasync = promisify(fdatasync);

/** A file that lines are put at the end of, again and again: it is opened once and stays open. It is made where there is none. */
export class AppendedFile {
  readonly #path: string;
  #open: { readonly descriptor: number; readonly file: Stats } | null = null;
  /** Resolves when the disk is done with everything that it was told to keep. Never rejects. */
  #synced: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** False when somebody has removed the file that is open, or put another in its place: what is appended now nobody would find. */
  get isInPlace(): boolean {
    if (this.#open === null) return true;
    const { dev, ino } = this.#open.file;
    const there = statSync(this.#path, { throwIfNoEntry: false });
    return there?.ino === ino && there.dev === dev;
  }

  /**
   * Puts a text at the end, at once: that takes less time than asking for it to be done does. It survives our end when this returns; for when it survives a power cut see
   * `sync`. When it throws, the file is as it was.
   */
  append(text: string): void {
    this.#open ??= this.#opened();
    const bytes = Buffer.from(text);
    // appendFileSync takes three times as long for a line.
    const { descriptor } = this.#open;
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    } catch (error) {
      // What a full disk took of a line would spoil the next one.
      if (written > 0) ftruncateSync(descriptor, fstatSync(descriptor).size - written);
      throw error;
    }
  }

  /** Resolves when what was appended survives a power cut (fdatasync). Rejects when nobody knows whether it does. */
  sync(): Promise<void> {
    if (this.#open === null) return Promise.resolve();
    const done = datasync(this.#open.descriptor);
    this.#synced = Promise.allSettled([this.#synced, done]);
    return done;
  }

  /** Goes over to the file that has the path now. */
  reopen(): void {
    this.close();
    this.#open = this.#opened();
  }

  /** Lets go of the file: what is appended next goes to whatever has its path then. */
  close(): void {
    const open = this.#open;
    this.#open = null;
    // What a close complains of is earlier writes (close(2)), and whoever needs those has asked `sync`.
    if (open !== null) this.#synced.then(() => closeSync(open.descriptor)).catch(() => undefined);
  }

  #opened() {
    const descriptor = openSync(this.#path, 'a', 0o600);
    return { descriptor, file: fstatSync(descriptor) };
  }
}
