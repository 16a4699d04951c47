import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Row } from '../row.ts';

/** Longest time for one backend at one size. */
const DEADLINE_MS = 240_000;

/** Runs a program of a benchmark in namespaces of its own. Returns its rows; null when it did not end well, which it says on standard error. */
export async function inOwnNetwork(script: string, ...args: readonly string[]): Promise<Row[] | null> {
  const argv = ['--net', '--mount', '--propagation', 'private', '--', process.execPath, script, ...args];
  const child = spawn('unshare', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (code === 0)
    return said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  process.stderr.write(`${args.join(' ')}: ${signal === null ? `ended with ${code}` : `took longer than ${DEADLINE_MS / 1000} s`}\n`);
  return null;
}
