import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runProgram } from '../src/guest/guest-process.ts';

let folder: string;
let console: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-guest-process-'));
  console = join(folder, 'console');
});
afterEach(() => rm(folder, { recursive: true }));

/** Stands in for a guest: a process that ends, fails or hangs. */
async function run(script: string, silenceMs = 10_000): Promise<{ trouble: string | null; printed: string }> {
  let printed = '';
  const output = (text: string) => {
    printed += text;
  };
  return { trouble: await runProgram({ argv: ['sh', '-c', script], console }, { silenceMs, output }), printed };
}

it('passes on what the guest prints', async () => {
  expect(await run('echo one; echo two')).toEqual({ trouble: null, printed: 'one\ntwo\n' });
});

it('tells how it failed, and leaves what it said with its console', async () => {
  expect((await run('echo "no such machine" >&2; exit 3')).trouble).toBe('sh ended with 3');
  expect(await readFile(console, 'utf8')).toBe('no such machine\n');
});

it('tells when there is no such program', async () => {
  const trouble = await runProgram({ argv: ['/nonexistent/emulator'], console }, { silenceMs: 10_000, output: () => undefined });
  expect(trouble).toContain('ENOENT');
});

it('kills a guest that hangs', async () => {
  expect((await run('echo begun; exec sleep 100', 300)).trouble).toBe('killed, it printed nothing for 0.3 s');
});

it('leaves alone a guest that takes its time and prints now and then', async () => {
  expect((await run('for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done', 1_000)).trouble).toBeNull();
});

it('keeps its standard input open, whose end would close the port of a guest that is emulated', async () => {
  expect((await run('timeout 0.2 cat; [ $? = 124 ]')).trouble).toBeNull();
});
