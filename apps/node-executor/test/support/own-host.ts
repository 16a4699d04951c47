import { type ChildProcess, spawn } from 'node:child_process';
import { runCommand } from '@weft/host';
import { eventually, must } from '@weft/testing';

/** A host of a test's own: namespaces with nothing in them, which end with this process. */
export interface OwnHost {
  /** What leads onto it, put before a command. */
  readonly enter: readonly string[];
  /** Runs a command there that must succeed, and returns what it printed. */
  must(argv: readonly string[], input?: string): Promise<string>;
  /** Runs a command there, whatever comes of it. */
  run(argv: readonly string[]): ReturnType<typeof runCommand>;
  /** Starts a process there and leaves it running. What is returned is `nsenter`, which waits for it. */
  start(argv: readonly string[], env: Readonly<Record<string, string>>): ChildProcess;
  /** The number of a process that `start` started, as soon as it runs. */
  pid(started: ChildProcess): Promise<number>;
  /** Sends a signal to a process that `start` started. */
  signal(started: ChildProcess, signal: NodeJS.Signals): Promise<void>;
  /** Ends everything on it. */
  close(): void;
}

async function onlyChild(parent: number | undefined): Promise<number> {
  return Number((await must(['pgrep', '-P', String(parent)])).trim());
}

/** Makes a host: own network, own processes, own mounts with an empty /run/netns, loopback up. Throws when the kernel refuses. */
export async function createOwnHost(): Promise<OwnHost> {
  const unshare = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const holder = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...unshare, 'sleep', 'infinity'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const first = await eventually('the namespaces of a host', async () => onlyChild(holder.pid).catch(() => null));
  const enter = ['nsenter', '--target', String(first), '--net', '--mount', '--pid', '--'] as const;
  const inside = (argv: readonly string[]): [string, ...string[]] => [...enter, ...argv];
  await must(inside(['mkdir', '-p', '/run/netns']));
  await must(inside(['mount', '-t', 'tmpfs', 'own-host', '/run/netns']));
  await must(inside(['ip', 'link', 'set', 'lo', 'up']));
  const pid = (started: ChildProcess) => eventually('the process', () => onlyChild(started.pid).catch(() => null));
  return {
    enter,
    pid,
    must: (argv, input = '') => must(inside(argv), input),
    run: (argv) => runCommand({ argv: inside(argv) }),
    start(argv, env) {
      const [file, ...args] = inside(argv);
      return spawn(file, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    },
    async signal(started, signal) {
      process.kill(await pid(started), signal);
    },
    close: () => holder.kill('SIGKILL'),
  };
}
