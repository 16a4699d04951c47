import { describe, expect, it } from 'vitest';
import { identify, isAlive, parseStat } from '../src/state/process-identity.ts';

const stat = (command: string, state: string) =>
  `42 (${command}) ${state} 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 200 18446744073709551615 1 1`;

describe('parseStat', () => {
  it.each(['sleep', 'a b) R 1 (c', '((('])('finds the start time behind the command %s', (command) => {
    expect(parseStat(42, stat(command, 'S'))).toEqual({ pid: 42, startTime: '987654' });
  });

  it('takes a zombie for dead', () => {
    expect(parseStat(42, stat('sleep', 'Z'))).toBeNull();
  });
});

describe('identity of a process', () => {
  it('holds for this process and not for an earlier one of the same number', async () => {
    const self = await identify(process.pid);
    expect(self && (await isAlive(self))).toBe(true);
    expect(await isAlive({ pid: process.pid, startTime: '1' })).toBe(false);
  });

  it('is null for no process', async () => {
    expect(await identify(2 ** 30)).toBeNull();
  });
});
