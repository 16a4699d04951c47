import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
  DROP_RECORD_BYTES,
  type DroppedPacket,
  dropProgram,
  droppedPacket,
  dropReason,
  isDropped,
  KernelTypes,
  type PacketLayout,
  packetLayout,
  QUEUE_PLACE,
  type TracedPacket,
} from '@weft/kernel';
import type { Runner } from '../real/runner.ts';
import { systemCall } from '../real/system-calls.ts';
import { DROP_LOADER } from './drop-loader.ts';

/** Where the kernel describes its types. */
const TYPES = '/sys/kernel/btf/vmlinux';
const REASONS = 'skb_drop_reason';

/** Protocols in an IP header. */
const PROTOCOL = { tcp: 6, udp: 17, sctp: 132 } as const;

const START_MS = 5_000;
/** As many dropped packets are remembered. */
const REMEMBERED = 512;

/** How this kernel keeps packets, and its names for reasons to drop them. */
export interface DropKnowledge {
  readonly layout: PacketLayout;
  readonly reasons: ReadonlyMap<number, string>;
}

/** Null: this kernel does not say. */
export async function dropKnowledge(): Promise<DropKnowledge | null> {
  const bytes = await readFile(TYPES).catch(() => null);
  if (bytes === null || systemCall('bpf') === null) return null;
  const types = new KernelTypes(bytes);
  const layout = packetLayout(types);
  const reasons = types.valuesOf(REASONS);
  return layout === null || reasons.size === 0 ? null : { layout, reasons };
}

/** Hears from a host's kernel which packets it drops, and why. It ends with us, however we end, and what it has loaded with it. */
export class DropWatch {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #reasons: ReadonlyMap<number, string>;
  readonly #begun = Promise.withResolvers<boolean>();
  #dropped: DroppedPacket[] = [];
  #rest = '';

  private constructor(argv: readonly [string, ...string[]], reasons: ReadonlyMap<number, string>) {
    const [file, ...args] = argv;
    this.#reasons = reasons;
    this.#child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } });
    this.#child.stdout.setEncoding('latin1').on('data', (piece: string) => this.#hear(piece));
    this.#child.once('error', () => this.#begun.resolve(false));
    this.#child.once('close', () => this.#begun.resolve(false));
  }

  /** Resolves when it hears everything of this protocol. Null: the host lacks what it takes, or does not let us. */
  static async begin(
    runner: Runner,
    withUs: readonly string[],
    { layout, reasons }: DropKnowledge,
    protocol: keyof typeof PROTOCOL,
  ): Promise<DropWatch | null> {
    const { stdout } = await runner.run(['readlink', '/proc/self/ns/net']);
    const netns = Number(/\d+/.exec(stdout)?.[0] ?? 0);
    const program = dropProgram(layout, { protocol: PROTOCOL[protocol], netns });
    const number = `${systemCall('bpf')}`;
    const loader = ['perl', '-e', DROP_LOADER, number, QUEUE_PLACE, `${DROP_RECORD_BYTES}`, program];
    const watch = new DropWatch(runner.onHost([...withUs, ...loader]), reasons);
    const timer = setTimeout(() => watch.#begun.resolve(false), START_MS);
    const begun = await watch.#begun.promise;
    clearTimeout(timer);
    if (begun) return watch;
    watch.close();
    return null;
  }

  /** Why the kernel dropped a packet, by how it was at any hook; null: it did not say so, or not yet. */
  reasonFor(packets: readonly TracedPacket[]): string | null {
    const found = this.#dropped.find((dropped) => packets.some((packet) => isDropped(packet, dropped)));
    return found === undefined ? null : dropReason(found.reason, this.#reasons);
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }

  #hear(piece: string): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#begun.resolve(true);
      const dropped = droppedPacket(line);
      if (dropped !== null) this.#dropped.push(dropped);
    }
    this.#dropped = this.#dropped.slice(-REMEMBERED);
  }
}
