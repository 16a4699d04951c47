import { type CommandResult, runCommand } from '@weft/host';
import { must } from './lab/run.ts';

let made = 0;

/** A network namespace of a test's own, below /run/netns, with its loopback up. */
export interface TestNetns {
  readonly name: string;
  /** Runs a command inside that must succeed, and returns what it printed. Throws CommandError when it does not. */
  readonly must: (argv: readonly string[], input?: string) => Promise<string>;
  /** Runs a command inside, whatever comes of it. */
  readonly run: (argv: readonly string[], input?: string) => Promise<CommandResult>;
  /** Removes the namespace and every link that has an end in it. */
  readonly destroy: () => Promise<void>;
}

/** Makes a namespace. Throws CommandError when the kernel refuses: a kernel test fails then, it does not skip. */
export async function createNetns(purpose: string): Promise<TestNetns> {
  made += 1;
  const name = `weft-test-${purpose}-${process.pid}-${made}`;
  const inside = (argv: readonly string[]): [string, ...string[]] => ['ip', 'netns', 'exec', name, ...argv];
  await must(['ip', 'netns', 'add', name]);
  await must(['ip', '-n', name, 'link', 'set', 'lo', 'up']);
  return {
    name,
    must: (argv, input = '') => must(inside(argv), input),
    run: (argv, input = '') => runCommand({ argv: inside(argv), input }),
    destroy: async () => {
      await must(['ip', 'netns', 'delete', name]);
    },
  };
}
