import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** A change that no rule comes of within so many ms does not come to it. */
const DEADLINE_MS = 30_000;

/** So many ms after it was called and did not hear it is called again: rules that change while it lists them have it begin anew. */
const CALL_AGAIN_MS = 2_000;

/** Tells when rules that name an address come to stand in the kernel of the network namespace that this process is in, or go from it. */
export class RuleMonitor {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, (at: number) => void>();

  constructor() {
    this.#child = spawn('stdbuf', ['-oL', 'nft', 'monitor'], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout as Readable }).on('line', (line) => {
      const at = performance.now();
      for (const [address] of line.matchAll(/198\.19\.\d+\.\d+/g)) this.#waiting.get(address)?.(at);
    });
  }

  /** When (ms of performance.now) the next rule that names an address comes or goes. Rejects when none does. */
  next(address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no rule for ${address} after ${DEADLINE_MS} ms`)), DEADLINE_MS);
      this.#waiting.set(address, (at) => {
        clearTimeout(timer);
        this.#waiting.delete(address);
        resolve(at);
      });
    });
  }

  /**
   * Resolves when it hears: it lists all rules before it listens, which takes seconds where there are many. Rejects when it never does.
   *
   * @param call makes a rule that names the address, each time another one
   */
  async listening(address: string, call: (time: number) => Promise<unknown>): Promise<void> {
    const told = this.next(address).then(() => true);
    for (let time = 0, heard = false; !heard; time += 1) {
      await call(time);
      heard = await Promise.race([told, pause(CALL_AGAIN_MS, false)]);
    }
  }

  close(): void {
    this.#child.kill('SIGTERM');
  }
}
