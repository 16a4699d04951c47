import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { APART } from '../dataplane/bare-tool.ts';
import type { Run } from '../dataplane/executor.ts';

/** A command with variables of its own. */
export interface BareRun extends Run {
  readonly env?: Readonly<Record<string, string>>;
}

const PROGRAM = join(import.meta.dirname, 'run-all.pl');

/** Milliseconds that commands take one after the other, in the namespace apart, started by a process that is as small as can be. Throws Error when one fails. */
export function timeRuns(runs: readonly BareRun[]): number {
  const lines = runs.map(({ argv, input, env = {} }) => {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return `${[Buffer.byteLength(input), variables.join(','), ...argv].join('\t')}\n${input}`;
  });
  const [file, ...args] = [...APART, 'perl', PROGRAM];
  const { status, stdout, stderr } = spawnSync(file as string, args, { input: lines.join(''), encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** Milliseconds of the same, all namespaces that they made being deleted afterwards with everything in them. */
export function timeMaking(runs: readonly BareRun[]): number {
  const took = timeRuns(runs);
  const made = runs.flatMap(({ argv, input }) => [...`${argv.join(' ')}\n${input}`.matchAll(/netns add (\S+)$/gm)].map(([, name]) => name));
  timeRuns([{ argv: ['ip', '-batch', '-'], input: made.map((name) => `netns delete ${name}\n`).join('') }]);
  return took;
}

const LOOK_MS = 5;

/** The links to pods and to whatever else there are here and apart. */
function veths(): string {
  const list = ['ip', '-brief', 'link', 'show', 'type', 'veth'] as const;
  return [[], APART].map((enter) => spawnSync('env', [...enter, ...list], { encoding: 'utf8' }).stdout).join('\n');
}

/**
 * To be called before there are pods: what it gives resolves when none has a link any more. The kernel takes them away some time after their namespaces, and whoever makes one of the same name
 * meanwhile is refused.
 */
export function untilNoPods(): () => Promise<void> {
  const without = veths();
  return async () => {
    while (veths() !== without) await pause(LOOK_MS);
  };
}
