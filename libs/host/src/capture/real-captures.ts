import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { makeRunner } from '../real/runner.ts';
import { ByteQueue } from './byte-queue.ts';
import { type CaptureOrder, CaptureRefusedError, type PacketCapture, type PacketCaptures } from './packet-captures.ts';
import { refusalIn, tcpdumpCommand } from './tcpdump.ts';

/** The header of a pcap stream (draft-ietf-opsawg-pcap §4): tcpdump writes it when it has understood the filter and opened the link. */
const HEADER_BYTES = 24;

/** So many bytes may wait to be taken; beyond it tcpdump waits, and the kernel drops what it has no room for. */
const WAITING_MAX = 4 * 1024 * 1024;

/** How long tcpdump may take until it captures, in ms. */
const START_MS = 15_000;

const STDERR_MAX = 4_096;

type Tcpdump = ChildProcessByStdio<null, Readable, Readable>;

/** One tcpdump with what it has captured. */
class RealCapture implements PacketCapture {
  readonly #child: Tcpdump;
  readonly #captured = new ByteQueue();
  readonly #begun = Promise.withResolvers<void>();
  #stderr = '';
  #ended: string | null = null;

  constructor(argv: readonly [string, ...string[]]) {
    const [file, ...args] = argv;
    const child: Tcpdump = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } });
    this.#child = child;
    child.stdout.on('data', (piece: Buffer) => {
      this.#captured.push(piece);
      if (this.#captured.length >= HEADER_BYTES) this.#begun.resolve();
      if (this.#captured.length > WAITING_MAX) child.stdout.pause();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_MAX);
    });
    child.once('error', (error) => this.#end(error.message));
    child.once('close', () => this.#end(refusalIn(this.#stderr)));
  }

  /** Resolves when it captures. Throws CaptureRefusedError. */
  async begun(): Promise<void> {
    const late = setTimeout(() => this.#begun.reject(new CaptureRefusedError('tcpdump does not begin')), START_MS);
    try {
      await this.#begun.promise;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  take(max: number): Buffer {
    const taken = this.#captured.take(max);
    if (this.#captured.length <= WAITING_MAX) this.#child.stdout.resume();
    return taken;
  }

  get ended(): string | null {
    return this.#captured.length === 0 ? this.#ended : null;
  }

  close(): void {
    this.#child.stdout.destroy();
    this.#child.kill('SIGTERM');
  }

  #end(why: string): void {
    this.#ended ??= why;
    this.#begun.reject(new CaptureRefusedError(why));
  }
}

/** Captures with tcpdump 4 on the host that `enter` leads to, an argv prefix; empty: this host. */
export function realCaptures(enter: readonly string[] = []): PacketCaptures {
  const { onHost } = makeRunner(enter);
  return {
    async begin(order: CaptureOrder) {
      const capture = new RealCapture(onHost(tcpdumpCommand(order)));
      await capture.begun();
      return capture;
    },
  };
}
