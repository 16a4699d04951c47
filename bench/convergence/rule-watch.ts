import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { labCommand } from './lab-command.ts';

/** Watches one lab node's kernel for new nftables elements and remembers when each text was first seen (ms of performance.now). */
export class RuleWatch {
  readonly node: string;
  readonly #seen = new Map<string, number>();
  readonly #waiting = new Map<string, (at: number) => void>();
  readonly #child: ChildProcessByStdio<null, Readable, null>;

  constructor(node: string) {
    this.node = node;
    const [file, argv] = labCommand(node, ['stdbuf', '-oL', 'nft', 'monitor', 'new', 'elements']);
    this.#child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const at = performance.now();
      for (const [address] of line.matchAll(/198\.19\.\d+\.\d+/g)) {
        if (this.#seen.has(address)) continue;
        this.#seen.set(address, at);
        this.#waiting.get(address)?.(at);
      }
    });
  }

  /** When a rule for the service address was first seen in the kernel. Rejects after `timeoutMs`. */
  seen(address: string, timeoutMs = 30_000): Promise<number> {
    const at = this.#seen.get(address);
    if (at !== undefined) return Promise.resolve(at);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.node}: no rule for ${address} after ${timeoutMs} ms`)), timeoutMs);
      this.#waiting.set(address, (when) => {
        clearTimeout(timer);
        resolve(when);
      });
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}
