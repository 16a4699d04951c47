import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, runCommand } from '@weft/host';
import { freePort } from '../../src/fleet/preflight.ts';
import { bundleOf, repositoryRoot } from '../../src/repository.ts';

/** Everything between ```sh and ``` of a page, or below one of its headings, as a person would paste it. */
export async function shellBlocks(page: string, heading: string | null = null): Promise<string> {
  const text = await readFile(join(repositoryRoot(), page), 'utf8');
  const section = heading === null ? text : text.split(`## ${heading}\n`)[1]?.split('\n## ')[0];
  return [...(section ?? '').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');
}

/** A folder to paste commands into, with an entry script that takes another port and state directory: a fleet of the same machine is not in the way. */
export interface PasteFolder {
  readonly directory: string;
  bash(text: string): Promise<CommandResult>;
  remove(): Promise<void>;
}

/** @param timeoutMs how long the commands of one page may take */
export async function pasteFolder(timeoutMs = 110_000): Promise<PasteFolder> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-documents-'));
  const cli = `WEFT_STATE=${directory}/state exec ${process.execPath} ${bundleOf('cli')}`;
  const script = `#!/bin/sh\ncase $1 in up) shift; set -- up --port ${await freePort('127.0.0.1')} "$@" ;; esac\n${cli} "$@"\n`;
  await writeFile(join(directory, 'weft'), script);
  await chmod(join(directory, 'weft'), 0o755);
  return {
    directory,
    // On a pipe of Node, which is a socket, bash would take itself to be called over a network and read ~/.bashrc (bash(1), Invocation).
    bash: (text) => runCommand({ argv: ['bash', '--norc', '-eu', '-c', `cd ${directory}\n${text}`], timeoutMs }),
    remove: () => rm(directory, { recursive: true }),
  };
}
