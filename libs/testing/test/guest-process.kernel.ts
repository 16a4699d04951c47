import { expect, it } from 'vitest';
import { emulate } from '../src/guest/emulator.ts';

/** Stands in for the emulator: a process that ends, fails or hangs. */
async function run(script: string, deadlineMs = 10_000): Promise<{ trouble: string | null; printed: string }> {
  let printed = '';
  const output = (text: string) => {
    printed += text;
  };
  return { trouble: await emulate(['sh', '-c', script], { deadlineMs, output }), printed };
}

it('passes on what the guest prints', async () => {
  expect(await run('echo one; echo two')).toEqual({ trouble: null, printed: 'one\ntwo\n' });
});

it('tells what the emulator said when it failed', async () => {
  expect((await run('echo "no such machine" >&2; exit 3')).trouble).toBe('the emulator ended with 3: no such machine');
});

it('tells when there is no emulator', async () => {
  const trouble = await emulate(['/nonexistent/emulator'], { deadlineMs: 10_000, output: () => undefined });
  expect(trouble).toContain('ENOENT');
});

it('kills a guest that hangs', async () => {
  expect((await run('echo begun; exec sleep 100', 300)).trouble).toBe('killed, it was not done after 0.3 s');
});

it('keeps the emulator’s standard input open, whose end would close the guest’s port', async () => {
  expect((await run('timeout 0.2 cat; [ $? = 124 ]')).trouble).toBeNull();
});
