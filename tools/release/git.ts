import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from '../run-command.ts';

const run = promisify(execFile);

/** Runs git in a checkout, which may belong to somebody else, and returns what it prints. Rejects with what it says when it fails. */
export const gitIn = async (directory: string, ...args: readonly string[]): Promise<string> =>
  (await run('git', ['-c', 'safe.directory=*', '-C', directory, ...args], { maxBuffer: 64 << 20 })).stdout.trim();

/** The same in this repository. */
export const git = (...args: readonly string[]): Promise<string> => gitIn(root, ...args);
