import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildProcess, startChild } from '@weft/host';
import type { Lab } from '@weft/testing';
import { bundleOf } from '../repository.ts';
import { nodePaths, type StatePaths } from '../state/paths.ts';
import type { Service } from './keep.ts';

/** Variables of a program's environment. */
export type Environment = Readonly<Record<string, string>>;

/** An executor keeps little; small heaps also make its forks cheap. */
const EXECUTOR_HEAP = ['--max-semi-space-size=1', '--max-old-space-size=256', '--expose-gc', '--optimize-for-size'];

/** What it reads into is given back at once (mallopt(3)), as its unit has it. */
const EXECUTOR_MEMORY: Environment = { MALLOC_MMAP_THRESHOLD_: '32768' };

/** Time an executor gets to finish what it is doing, in milliseconds. */
const EXECUTOR_STOP_MS = 10_000;

/** The control plane as a program to keep: ready when it answers with a database behind it. */
export const controlPlane = (paths: StatePaths, url: string, env: Environment): Service => ({
  name: 'control-plane',
  start: () =>
    startChild({
      title: 'the control plane',
      argv: [process.execPath, bundleOf('control-plane'), 'serve'],
      env,
      logFile: join(paths.logs, 'control-plane.log'),
      stopSignal: 'SIGTERM',
      user: null,
      ready: async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok ?? false,
    }),
});

/** The executor of a lab host as a program to keep. */
export const executor = (paths: StatePaths, lab: Lab, node: string, env: Environment): Service => ({
  name: node,
  start: async () => {
    const own = nodePaths(paths, node);
    const nsenter = await startChild({
      title: `the executor of ${node}`,
      argv: [...lab.enter(node), process.execPath, ...EXECUTOR_HEAP, bundleOf('node-executor'), 'run'],
      env: { ...env, ...EXECUTOR_MEMORY, WEFT_CREDENTIAL_FILE: own.credential, WEFT_STATE_DIR: own.state },
      logFile: join(paths.logs, `${node}.log`),
      stopSignal: 'SIGTERM',
      user: null,
      ready: async (pid) => (await childOf(pid)) !== null,
    });
    const pid = await childOf(nsenter.pid);
    return pid === null ? nsenter : { ...nsenter, pid, stop: () => stopInside(pid, nsenter) };
  },
});

/** nsenter passes no signal on: tells the program itself to end, and nsenter ends after it. */
async function stopInside(pid: number, nsenter: ChildProcess): Promise<void> {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
  await Promise.race([nsenter.ended, sleep(EXECUTOR_STOP_MS, undefined, { ref: false })]);
  await nsenter.stop();
}

async function childOf(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const child = Number.parseInt(text, 10);
  return Number.isNaN(child) ? null : child;
}
