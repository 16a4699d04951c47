// What it costs to program services of IPVS: everything at once and one change, next to the bare tools with the same text. On a kernel without ip_vs it runs in user-mode
// Linux (docs/testing.md), where a process costs several times as much: there only the ratio to the floor means something. `--quick` leaves out what takes minutes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ownKernelHasIpvs } from '../libs/testing/src/guest/index.ts';
import { bootAndRun } from '../tools/kernel-with-ipvs.ts';
import { print, type Row } from './row.ts';

const SIZES = process.argv.includes('--quick') ? [100, 1_000] : [100, 1_000, 10_000];
const PROGRAM = join(import.meta.dirname, 'ipvs/measure.ts');

const argvFor = (size: number): [string, ...string[]] => [
  ...(['unshare', '--net', '--mount', '--propagation', 'private', '--'] as const),
  ...[process.execPath, PROGRAM, String(size)],
];

/** What a program printed, and how it ended. */
interface Ended {
  readonly said: string;
  readonly code: number | null;
}

async function here([file, ...args]: readonly [string, ...string[]]): Promise<Ended> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  const [code] = await once(child, 'close');
  return { said, code };
}

async function inGuest(argv: readonly string[]): Promise<Ended> {
  let said = '';
  const output = (text: string) => {
    said += text;
  };
  const code = await bootAndRun('user-mode', { argv, cwd: process.cwd() }, output);
  return { said, code };
}

const native = await ownKernelHasIpvs();
if (!native) process.stderr.write('this kernel has no ip_vs: measuring in user-mode Linux, where only ratios count\n');
const rows: Row[] = [];
for (const size of SIZES) {
  const { said, code } = await (native ? here : inGuest)(argvFor(size));
  // Both outputs of a guest come out as one.
  const [printed = [], others = []] = [true, false].map((isRow) => said.split('\n').filter((line) => line.startsWith('{') === isRow));
  if (code !== 0) process.stderr.write(`${others.join('\n')}\nipvs with ${size} services: ended with ${code}\n`);
  rows.push(...printed.map((line): Row => JSON.parse(line)));
}
print(rows, process.argv.includes('--json'));
