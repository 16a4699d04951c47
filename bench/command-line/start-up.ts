import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, figure } from '../harness/figure.ts';
import { inTurns } from '../harness/in-turns.ts';

const ROUNDS = 30;
const QUICK_ROUNDS = 10;

const BUNDLE = join(import.meta.dirname, '../../apps/cli/dist/main.mjs');

/** Milliseconds from starting a Node.js program to its first byte on standard output. Throws Error when it prints none. */
async function firstByte(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const printed = new Promise<number>((resolve) => child.stdout.once('data', () => resolve(performance.now() - began)));
  const took = await Promise.race([printed, ended.then(() => null)]);
  await ended;
  if (took === null) throw new Error(`${argv.join(' ')} printed nothing`);
  return took;
}

/** How long a command takes to its first byte, with what V8 compiled at an earlier start on disk as `./weft` keeps it, beside a bare Node.js. */
export async function startUp(name: string, args: readonly string[], quick: boolean): Promise<Figure[]> {
  const cache = await mkdtemp(join(tmpdir(), 'weft-bench-cache-'));
  try {
    const env = { NODE_COMPILE_CACHE: cache };
    const command = () => firstByte([BUNDLE, ...args], env);
    await command();
    const { ours, floor } = await inTurns(quick ? QUICK_ROUNDS : ROUNDS, {
      ours: command,
      floor: () => firstByte(['-e', 'console.log(1)'], env),
    });
    const beside = { floor: { name: "node -e 'console.log(1)'", samples: floor } };
    const what = { name: `${name}, to the first byte`, size: 1, unit: 'ms' } as const;
    return [figure(what, ours, beside), figure({ ...what, name: `${what.name}, p99` }, ours, { ...beside, share: 0.99 })];
  } finally {
    await rm(cache, { recursive: true });
  }
}
