import { CommandError, codeOf, runCommand } from '@weft/host';
import { describe, expect, it } from 'vitest';

describe('running a command', () => {
  it('gives it its input and tells what came of it, in the C locale', async () => {
    expect(await runCommand({ argv: ['cat'], input: 'one\n' })).toMatchObject({ exitCode: 0, stdout: 'one\n', stderr: '' });
    expect((await runCommand({ argv: ['printenv', 'LC_ALL'] })).stdout).toBe('C\n');
  });

  it('gives it an input that no pipe holds, and leaves nothing of it behind', async () => {
    const input = 'a line of a long input\n'.repeat(50_000);
    const { stdout, input: told } = await runCommand({ argv: ['cat'], input });
    expect(stdout === input && told === input).toBe(true);
    const { stdout: file } = await runCommand({ argv: ['readlink', '/proc/self/fd/0'], input });
    expect(file).toMatch(/ \(deleted\)\n$/);
  });

  it('reads a listing when it is complete, and leaves nothing of it behind', async () => {
    const text = 'a line of a long listing\n'.repeat(50_000);
    expect((await runCommand({ argv: ['cat'], input: text, listing: true })).stdout === text).toBe(true);
    expect((await runCommand({ argv: ['readlink', '/proc/self/fd/1'], listing: true })).stdout).toMatch(/ \(deleted\)\n$/);
    expect(await runCommand({ argv: ['cat', '/no/such/file'], listing: true })).toMatchObject({ exitCode: 1, stdout: '' });
  });

  it('takes no part of a listing that is too long for the whole', async () => {
    const tooLong = await runCommand({ argv: ['truncate', '--size', '257M', '/proc/self/fd/1'], listing: true });
    expect(tooLong).toMatchObject({ exitCode: null, stdout: '', stderr: 'truncate: it printed too much' });
  });

  it('passes arguments as they are: there is no shell', async () => {
    expect((await runCommand({ argv: ['printf', '%s', '$(id); `id` "x" *'] })).stdout).toBe('$(id); `id` "x" *');
  });

  it('answers with the exit status of a command that fails', async () => {
    expect(await runCommand({ argv: ['cat', '/no/such/file'] })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('No such file'),
    });
  });

  it.each<[string, Parameters<typeof runCommand>[0], RegExp]>([
    ['does not exist', { argv: ['weft-no-such-tool'] }, /weft-no-such-tool: command not found/],
    ['takes too long', { argv: ['sleep', '60'], timeoutMs: 20 }, /took too long/],
    ['is called off', { argv: ['sleep', '60'], signal: AbortSignal.timeout(20) }, /called off/],
    ['crashes', { argv: [process.execPath, '-e', 'process.kill(process.pid, "SIGSEGV")'] }, /crashed \(segmentation fault\)/],
  ])('says so when a command %s', async (_name, command, message) => {
    const result = await runCommand(command);
    expect(result.exitCode).toBeNull();
    expect(result.stderr).toMatch(message);
  });

  it('lets a command take as long as it likes that is given no limit', async () => {
    expect(await runCommand({ argv: ['sleep', '0.05'], timeoutMs: 0 })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('does not wait for what a command has started that took too long', async () => {
    const argv = ['sh', '-c', 'echo begun >&2; sleep 120 & echo $!; wait'] as const;
    const result = await runCommand({ argv, timeoutMs: 3_000 });
    // It is there still: the answer did not wait for its end.
    process.kill(Number(result.stdout), 'SIGKILL');
    expect(result).toMatchObject({ exitCode: null, stderr: expect.stringMatching(/^begun\n.*took too long$/s) });
  });

  it('makes an error that carries the code and the cause', async () => {
    const error = new CommandError(await runCommand({ argv: ['cat', '/no/such/file'] }));
    expect(error).toMatchObject({ name: 'CommandError', code: 'not-found' });
    expect(error.message).toMatch('cat /no/such/file: cat: /no/such/file: No such file or directory');
    const missing = new CommandError(await runCommand({ argv: ['weft-no-such-tool'] }));
    expect(missing).toMatchObject({ code: 'unsupported', cause: { code: 'ENOENT' } });
  });
});

describe('what a message means', () => {
  it.each([
    ['RTNETLINK answers: File exists', 'exists'],
    ['Error: ipv4: Address already assigned.', 'exists'],
    ['Cannot find device "eth7"', 'not-found'],
    ['RTNETLINK answers: No such process', 'not-found'],
    ['Error: Could not process rule: Device or resource busy', 'busy'],
    ['Another app is currently holding the xtables lock.', 'busy'],
    ['Error: Unknown device type.', 'unsupported'],
    ['nft: command not found', 'unsupported'],
    ['Error: syntax error, unexpected newline', 'unknown'],
  ])('%s', (message, code) => {
    expect(codeOf(message)).toBe(code);
  });
});
