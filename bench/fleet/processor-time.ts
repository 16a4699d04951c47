import { readdirSync, readFileSync } from 'node:fs';

/** `getconf CLK_TCK` of every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** What proc(5) says of a process: its parent, and the processor time of it and of children that it has waited for, in seconds; null: it is gone. */
function stat(pid: number): { readonly parent: number; readonly seconds: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
    return { parent: fields[1] ?? 0, seconds: ticks / TICKS_PER_SECOND };
  } catch {
    return null;
  }
}

/** Seconds of processor time that a process and those it started have taken so far. */
export function processorSeconds(pid: number): number {
  const own = stat(pid)?.seconds ?? 0;
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = others.map((name) => stat(Number(name))).filter((one) => one?.parent === pid);
  return children.reduce((sum, child) => sum + (child?.seconds ?? 0), own);
}
