import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A file's text, or nothing when it is gone: processes end while they are looked at. */
export async function readProc(path: string): Promise<string> {
  return readFile(`/proc/${path}`, 'utf8').catch(() => '');
}

/** A running process with the inode number of its network namespace. */
export interface RunningProcess {
  readonly pid: number;
  readonly cmdline: string;
  readonly netns: number;
}

const namespaceOf = (pid: number | 'self', kind: 'net' | 'pid') => readlink(`/proc/${pid}/ns/${kind}`).catch(() => '');

/** The processes whose command line holds a text. Those in a PID namespace below ours, such as a lab's or a container's, are somebody else's. */
export async function processesWith(text: string): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const own = await namespaceOf('self', 'pid');
  const found = await Promise.all(
    pids.map(async (pid): Promise<RunningProcess[]> => {
      const cmdline = await readProc(`${pid}/cmdline`);
      if (!cmdline.includes(text) || (await namespaceOf(pid, 'pid')) !== own) return [];
      const namespace = await namespaceOf(pid, 'net');
      return [{ pid, cmdline, netns: Number(/^net:\[(\d+)\]$/.exec(namespace)?.[1]) }];
    }),
  );
  return found.flat();
}

/** True while there is a process of that number, whosever it is by now. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Looks every 10 ms until the condition holds; false when it does not within `ms`. */
export async function waitUntil(condition: () => Promise<boolean>, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}

/** Ends a process, by force when it does not go within two seconds. True when it is gone. */
export async function endProcess(process_: RunningProcess): Promise<boolean> {
  const { pid, cmdline } = process_;
  const gone = async () => (await readProc(`${pid}/cmdline`)) !== cmdline;
  const signal = (name: 'SIGTERM' | 'SIGKILL') => {
    try {
      process.kill(pid, name);
    } catch {
      // It went by itself in between.
    }
  };
  signal('SIGTERM');
  if (await waitUntil(gone, 2_000)) return true;
  signal('SIGKILL');
  return waitUntil(gone, 2_000);
}
