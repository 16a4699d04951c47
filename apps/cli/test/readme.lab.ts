import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@weft/host';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../src/fleet/preflight.ts';
import { bundleOf, repositoryRoot } from '../src/repository.ts';
import { machineNetwork } from './fleet/local-fleet.ts';

/** Everything between ```sh and ``` below a heading, as a person would paste it. */
async function shellBlocksBelow(heading: string): Promise<string> {
  const readme = await readFile(join(repositoryRoot(), 'README.md'), 'utf8');
  const [, rest = ''] = readme.split(`## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');
}

let directory: string;
let before: readonly string[];

/** Runs bash in a folder with an entry script that takes another port and state directory, so that a fleet of the same machine is not in the way. */
const bash = (text: string) => runCommand({ argv: ['bash', '-eu', '-c', `cd ${directory}\n${text}`], timeoutMs: 110_000 });

beforeAll(async () => {
  before = await machineNetwork();
  directory = await mkdtemp(join(tmpdir(), 'weft-readme-'));
  const cli = `WEFT_STATE=${directory}/state exec ${process.execPath} ${bundleOf('cli')}`;
  const script = `#!/bin/sh\ncase $1 in up) shift; set -- up --port ${await freePort('127.0.0.1')} "$@" ;; esac\n${cli} "$@"\n`;
  await writeFile(join(directory, 'weft'), script);
  await chmod(join(directory, 'weft'), 0o755);
});

afterAll(async () => {
  await bash('./weft down --purge');
  await rm(directory, { recursive: true });
  expect(await machineNetwork()).toEqual(before);
});

it('gives a first service, word for word', async () => {
  const blocks = await shellBlocksBelow('A first service');
  expect(blocks).toContain('./weft up');
  const { exitCode, stdout, stderr } = await bash(blocks);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^default\/web-[12]$/m);
  expect(stdout).toContain('2 of 2 pods ready, 1 of 1 services live\neverything that was asked for is live\n');
});
