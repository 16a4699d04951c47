import { createHash } from 'node:crypto';
import type { Runner } from '../real/runner.ts';
import type { Notice, SilentPart } from './host-monitor.ts';

/** Between two reads, in ms: as long as the read took so many times, so that it costs at most one part in so many of a core; but not less and not more than these. */
const SHARE = 30;
const PERIOD_MS = { least: 250, most: 60_000 } as const;

/** What prints each part, with nothing in it that traffic changes. */
const QUESTIONS: Readonly<Record<SilentPart, readonly (readonly string[])[]>> = {
  'iptables-legacy': [['iptables-save']],
  ipvs: [
    ['ipset', 'save'],
    ['ipvsadm', '-S', '-n'],
  ],
};

/** What is ours in a text: lines that name a chain, set or destination of ours, and all of IPVS. Counters and what others have in there are none of our concern. */
function ours(text: string): string {
  const lines = text.split('\n').filter((line) => line.includes('WEFT-') || line.startsWith('*') || /^-[aAsSE] /.test(line));
  return lines.map((line) => line.replace(/\[\d+:\d+\]/, '')).join('\n');
}

/** Reads parts of a host that no monitor tells of, again and again, and tells the hash of what it finds. */
export class ContentWatch {
  readonly #runner: Pick<Runner, 'run'>;
  readonly #tell: (notice: Notice) => void;
  #parts: readonly SilentPart[] = [];
  #timer: NodeJS.Timeout | null = null;
  #reading = false;
  /** Counts what makes a reading void. */
  #epoch = 0;
  #closed = false;

  constructor(runner: Pick<Runner, 'run'>, tell: (notice: Notice) => void) {
    this.#runner = runner;
    this.#tell = tell;
  }

  /** Reads these parts from now on. */
  watch(parts: readonly SilentPart[]): void {
    if (parts.join() === this.#parts.join()) return;
    this.#parts = parts;
    if (!this.#reading) this.#schedule(0);
  }

  /** Makes the reading that is under way void. */
  forget(): void {
    this.#epoch += 1;
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#closed || this.#parts.length === 0) return;
    this.#timer = setTimeout(() => void this.#read(), ms);
    this.#timer.unref();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    const startedAt = performance.now();
    const epoch = this.#epoch;
    const questions = this.#parts.flatMap((part) => QUESTIONS[part]);
    const answers = await Promise.all(questions.map((argv) => this.#runner.run(argv)));
    const took = performance.now() - startedAt;
    this.#reading = false;
    if (this.#closed) return;
    if (epoch === this.#epoch && answers.every(({ exitCode }) => exitCode === 0)) {
      const hash = createHash('sha256');
      for (const { stdout } of answers) hash.update(ours(stdout));
      this.#tell({ by: 'content-watch', what: 'content', hash: hash.digest('hex') });
    }
    this.#schedule(Math.min(Math.max(took * SHARE, PERIOD_MS.least), PERIOD_MS.most));
  }
}
