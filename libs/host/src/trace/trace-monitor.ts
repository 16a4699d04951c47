import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TracedWay, TraceReader } from '@weft/kernel';
import { readProc } from '../real/processes.ts';

/** How long nothing has to come of a packet until it is taken for gone, in ms. */
const QUIET_MS = 200;

/** How long the tool may take until it listens, and how often to look whether it does, in ms. */
const START_MS = 15_000;
const LOOK_EVERY_MS = 20;

/** Netlink's protocol for netfilter, and the bit of its group for traces: NFNLGRP_NFTRACE is the ninth (linux/netfilter/nfnetlink.h). */
const NETFILTER = '12';
const TRACES = 1 << 8;

/** True when a table such as /proc/PID/net/netlink has a socket of this process that listens to traces. */
export function listensToTraces(table: string, pid: number): boolean {
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.some(
    ([, protocol, owner, groups = '']) => protocol === NETFILTER && owner === `${pid}` && (Number.parseInt(groups, 16) & TRACES) !== 0,
  );
}

/** Listens to what the kernel says about traced packets, and ends with us however we end. */
export class TraceMonitor {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #reader: TraceReader;
  #ended = false;

  /** `argv`: `nft monitor trace` on the host; `table`: the one that has packets traced. */
  constructor(argv: readonly [string, ...string[]], table: string) {
    const [file, ...args] = argv;
    this.#reader = new TraceReader(table);
    this.#child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } });
    this.#child.stdout.setEncoding('utf8').on('data', (piece: string) => this.#reader.read(piece, performance.now()));
    this.#child.once('error', () => this.#end());
    this.#child.once('close', () => this.#end());
  }

  /** Resolves when it hears everything. Throws Error when it does not come to that. */
  async listening(): Promise<void> {
    const deadline = performance.now() + START_MS;
    while (!this.#ended && performance.now() < deadline) {
      const { pid } = this.#child;
      if (pid !== undefined && listensToTraces(await readProc(`${pid}/net/netlink`), pid)) return;
      await sleep(LOOK_EVERY_MS);
    }
    throw new Error('nft monitor trace does not listen');
  }

  /** Packets of which nothing more came for a while, at most so many. */
  whole(max: number): TracedWay[] {
    return this.#reader.whole(performance.now(), QUIET_MS, max);
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }

  #end(): void {
    this.#ended = true;
  }
}
