import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { shellBlocks } from '../../apps/cli/test/documents/pasted.ts';
import { root } from '../run-command.ts';

const run = promisify(execFile);

/** The emulated kernel takes a minute on busy cores, and the first use of either fetches it. */
const GUEST_MS = 900_000;

it('docs/testing.md boots both guest kernels, word for word', { timeout: GUEST_MS }, async () => {
  const commands = await shellBlocks('docs/testing.md', 'The guest kernels');
  const { stdout } = await run('bash', ['--norc', '-eu', '-c', commands], { cwd: root });
  expect(stdout).toContain('IP Virtual Server version');
  expect(stdout).toMatch(/^wf-ipvs0 +DOWN /m);
});
