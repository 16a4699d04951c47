import { readFile } from 'node:fs/promises';

/** One process and no later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot at which it started: field 22 of /proc/<pid>/stat (proc(5)). */
  readonly startTime: string;
}

/** The identity of a running process; null when there is none of that number, or it is a zombie. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat === null ? null : parseStat(pid, stat);
}

/** Whether the very process still runs. */
export const isAlive = async (process: ProcessIdentity): Promise<boolean> => (await identify(process.pid))?.startTime === process.startTime;

/** Reads /proc/<pid>/stat. The second field is the command in parentheses and may itself hold spaces and parentheses. */
export function parseStat(pid: number, stat: string): ProcessIdentity | null {
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTime = fields[18];
  return state === 'Z' || state === 'X' || startTime === undefined ? null : { pid, startTime };
}
