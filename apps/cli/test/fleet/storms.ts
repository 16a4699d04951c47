import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Lab } from '@weft/testing';

const SCRIPT = join(import.meta.dirname, 'storm.mjs');

/** A host of the lab, or one of the namespaces in it. */
export interface Place {
  readonly host: string;
  readonly netns?: string;
}

/** What came of connections. */
export interface StormOutcome {
  /** How many were opened a second. */
  readonly perSecond: number;
  /** How often each outcome was: `answered`, or what went wrong. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Connections that somebody opens at a steady rate. */
export class Storm {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Begins to open connections; resolves when the first is about to be. */
  static async begin(lab: Lab, { host, netns }: Place, url: string, perSecond: number): Promise<Storm> {
    const [file, ...argv] = [...lab.enter(host, netns), process.execPath, SCRIPT, url, `${perSecond}`] as [string, ...string[]];
    const storm = new Storm(spawn(file, argv, { stdio: ['pipe', 'pipe', 'inherit'] }));
    await storm.#lines.next();
    return storm;
  }

  /** Ends it, and waits for what is still open. */
  async end(): Promise<StormOutcome> {
    this.#child.stdin.end();
    const { value } = await this.#lines.next();
    return JSON.parse(value ?? 'null');
  }
}
