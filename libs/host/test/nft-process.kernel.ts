import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { codeOf } from '@weft/host';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NftTransactions } from '../src/real/nft-transactions.ts';
import { processesWith } from '../src/real/processes.ts';
import { makeRunner } from '../src/real/runner.ts';
import { createTestHost, type TestHost } from './test-host.ts';

const EXECUTOR = fileURLToPath(new URL('./fixtures/nft-owner.ts', import.meta.url));

let at: TestHost;
let nft: NftTransactions;

beforeEach(async () => {
  at = await createTestHost();
  nft = new NftTransactions(makeRunner(['nsenter', '-t', String(at.pid), '-n', '-m']));
  expect(await nft.run('add table ip weft\nadd map ip weft m { type ipv4_addr : ipv4_addr; }\n')).toMatchObject({
    exitCode: 0,
    stderr: '',
  });
});

afterEach(async () => {
  nft.close();
  await at.destroy();
});

const elements = async () => /elements = \{([^}]*)\}/.exec(await at.must(['nft', 'list', 'map', 'ip', 'weft', 'm']))?.[1]?.trim() ?? '';

/** The interactive nft processes in the host's network. */
async function processes(): Promise<number[]> {
  const namespace = await readlink(`/proc/${at.pid}/ns/net`);
  const running = await processesWith('nft\0-i\0');
  return running.filter(({ netns, cmdline }) => `net:[${netns}]` === namespace && cmdline.startsWith('nft')).map(({ pid }) => pid);
}

describe('the long-lived nft', () => {
  it.each([
    ['adds', 'add element ip weft m { 1.1.1.1 : 2.2.2.2 }\n'],
    [
      'replaces',
      'add element ip weft m { 1.1.1.1 : 2.2.2.2 }\ndelete element ip weft m { 1.1.1.1 }\nadd element ip weft m { 1.1.1.1 : 3.3.3.3 }\n',
    ],
    ['refuses another value for a key', 'add element ip weft m { 1.1.1.1 : 2.2.2.2 }\nadd element ip weft m { 1.1.1.1 : 3.3.3.3 }\n'],
    ['refuses to delete what is not there', 'add element ip weft m { 1.1.1.1 : 2.2.2.2 }\ndelete element ip weft m { 9.9.9.9 }\n'],
    ['refuses a map that is not there', 'add element ip weft m { 1.1.1.1 : 2.2.2.2 }\nadd element ip weft none { 1.1.1.1 : 2.2.2.2 }\n'],
    ['refuses what it cannot read', 'add element ip weft m { 1.1.1.1 : 2.2.2.2 }\nadd nonsense\n'],
    ['refuses a comment that names our own word', 'add element ip weft none { 1.1.1.1 comment ")2" : 2.2.2.2 }\n'],
    [
      'replaces the table',
      'delete table ip weft\nadd table ip weft\nadd map ip weft m { type ipv4_addr : ipv4_addr; }\nadd chain ip weft c { type nat hook output priority -105; policy accept; }\n',
    ],
  ])('%s as a new process does', async (_what, input) => {
    const outcome = await nft.run(input);
    expect(outcome.argv).toEqual(['nft', '-i']);
    const after = await at.must(['nft', 'list', 'ruleset']);
    await at.must(['nft', '-f', '-'], 'delete table ip weft\nadd table ip weft\nadd map ip weft m { type ipv4_addr : ipv4_addr; }\n');
    const forked = await at.run(['nft', '-f', '-'], input);
    expect(outcome.exitCode).toBe(forked.exitCode);
    expect(codeOf(outcome.stderr)).toBe(codeOf(forked.stderr));
    expect(outcome.stderr.split('\n')[0]).toBe(
      forked.stderr
        .split('\n')[0]
        ?.replace(/^\S+: (?=Error)/, '')
        .replace(/^\/dev\/stdin:\d+:[\d-]+: /, ''),
    );
    expect(await at.must(['nft', 'list', 'ruleset'])).toBe(after);
    // It works with what is there, whoever made it, and an error is not held against the next.
    expect(await nft.run('delete table ip weft\nadd table ip weft\n')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('carries out one after the other, in the order they were given', async () => {
    const values = Array.from({ length: 50 }, (_, i) => `1.1.1.1 : 2.2.2.${i}`);
    await nft.run(`add element ip weft m { ${values[0]} }\n`);
    const outcomes = await Promise.all(
      values.slice(1).map((value) => nft.run(`delete element ip weft m { 1.1.1.1 }\nadd element ip weft m { ${value} }\n`)),
    );
    expect(outcomes.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    expect(await elements()).toBe(values.at(-1));
  });

  it('leaves a long text to a process of its own', async () => {
    const many = Array.from({ length: 2_000 }, (_, i) => `10.1.${i >> 8}.${i & 255} : 2.2.2.2`).join(', ');
    expect(await nft.run(`add element ip weft m { ${many} }\n`)).toMatchObject({ argv: ['nft', '-f', '-'], exitCode: 0 });
    expect(await nft.run('delete element ip weft m { 10.1.0.0 }\n')).toMatchObject({ argv: ['nft', '-i'], exitCode: 0 });
  });

  it('is followed by another one after a thousand transactions, and by none when it was closed', async () => {
    const [first] = await processes();
    for (let i = 0; i < 1_001; i += 1) expect((await nft.run('add table ip weft\n')).exitCode).toBe(0);
    await eventually('another process', async () => (await processes()).length === 1 && (await processes())[0] !== first);
    nft.close();
    await eventually('no process', async () => (await processes()).length === 0);
  });

  it('that somebody killed while it waited is followed by another one', async () => {
    const [pid = 0] = await processes();
    process.kill(pid, 'SIGKILL');
    await eventually('its end', async () => (await processes()).length === 0);
    expect(await nft.run('add element ip weft m { 1.1.1.1 : 2.2.2.2 }\n')).toMatchObject({ argv: ['nft', '-i'], exitCode: 0 });
  });

  it('that is killed in the middle says so, and a new process does the next', async () => {
    const [pid = 0] = await processes();
    process.kill(pid, 'SIGSTOP');
    const under = nft.run('add element ip weft m { 1.1.1.1 : 2.2.2.2 }\n');
    process.kill(pid, 'SIGKILL');
    expect(await under).toMatchObject({
      exitCode: null,
      stderr: expect.stringMatching(/killed by SIGKILL; whether it was carried out is not known/),
    });
    expect(await nft.run('add element ip weft m { 1.1.1.2 : 2.2.2.2 }\n')).toMatchObject({ argv: ['nft', '-f', '-'], exitCode: 0 });
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('ends with whoever started it, on %s', async (signal) => {
    nft.close();
    const owner = spawn(process.execPath, [EXECUTOR, String(at.pid)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(owner.stdout, 'data');
    expect(await processes()).toHaveLength(1);
    owner.kill(signal);
    await eventually('no process', async () => (await processes()).length === 0);
  });
});
