import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { KernelProcess } from '@weft/kernel';

/** The inode of the first PID namespace (PROC_PID_INIT_INO, include/linux/proc_ns.h). */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/** Longest name of a process that the kernel keeps (TASK_COMM_LEN less its end). */
const NAME_MAX = 15;

/** How long after its end a process is remembered: what it did is told a moment later. */
const REMEMBERED_MS = 5_000;

/** How long after its end a process whose number the kernel has not told may still be found to have done something. */
const UNTOLD_MS = 1_000;

interface OwnProcess {
  readonly name: string;
  /** Its number as the kernel tells it; null: not known yet. */
  kernelPid: number | null;
  /** It may be changing something. */
  active: boolean;
  endedAt: number | null;
}

/** What whoever runs a process tells of it. */
export interface OwnProcessHandle {
  /** A process that waits to be asked is not active. */
  active(active: boolean): void;
  ended(): void;
}

/** True where a process has for us the number that the kernel tells of it: in the first PID namespace, and entering no other. */
export function sharesNumbers(enter: readonly string[]): boolean {
  return readlinkSync('/proc/self/ns/pid') === FIRST_PID_NAMESPACE && !enter.some((word) => word === '--pid' || word === '-p');
}

/**
 * Knows our own processes among those that the kernel names. It numbers them as the first PID namespace does. Elsewhere a process of ours has another number for us: it is
 * known by its name and by being at work when the kernel tells of one, and from then on by the number that was told.
 */
export class OwnProcesses {
  readonly #shared: boolean;
  readonly #now: () => number;
  #processes: OwnProcess[] = [];

  constructor(shared: boolean, now: () => number = () => performance.now()) {
    this.#shared = shared;
    this.#now = now;
  }

  /** Says that a process of ours has begun: its number as we know it, and its program. */
  began(pid: number | undefined, program: string): OwnProcessHandle {
    const own: OwnProcess = {
      name: basename(program).slice(0, NAME_MAX),
      kernelPid: this.#shared ? (pid ?? null) : null,
      active: true,
      endedAt: null,
    };
    this.#processes.push(own);
    return {
      active: (active) => {
        own.active = active;
      },
      ended: () => {
        own.endedAt = this.#now();
        this.#forget();
      },
    };
  }

  /** True for a process of ours. */
  includes({ pid, name }: KernelProcess): boolean {
    this.#forget();
    if (this.#processes.some((own) => own.kernelPid === pid)) return true;
    const unknown = this.#shared
      ? undefined
      : this.#processes.find((own) => own.kernelPid === null && own.name === name && this.#atWork(own));
    if (unknown === undefined) return false;
    unknown.kernelPid = pid;
    return true;
  }

  #atWork({ active, endedAt }: OwnProcess): boolean {
    return endedAt === null ? active : this.#now() - endedAt < UNTOLD_MS;
  }

  #forget(): void {
    const since = this.#now() - REMEMBERED_MS;
    this.#processes = this.#processes.filter(({ endedAt }) => endedAt === null || endedAt > since);
  }
}
