import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, type CommandResult, RealHost, runCommand } from '@weft/host';
import { eventually } from '@weft/testing';
import { endProcess, processesWith } from '../src/real/processes.ts';

/** Listens like the echo server and takes the same arguments. */
const ECHO_SCRIPT = fileURLToPath(new URL('./fixtures/echo.mjs', import.meta.url));

/** A host made of namespaces of its own: network, and mounts with an empty /run/netns. Gone with the test that made it. */
export interface TestHost {
  readonly pid: number;
  readonly host: RealHost;
  /** The host's own copy of the echo server: by its path its processes are told from those of other hosts. */
  readonly echoScript: string;
  /** Runs a command on it, whatever comes of it. */
  run(argv: readonly string[], input?: string): Promise<CommandResult>;
  /** What a command on it printed. Throws CommandError when it fails. */
  must(argv: readonly string[], input?: string): Promise<string>;
  destroy(): Promise<void>;
}

async function outside([file = '', ...args]: readonly string[], input = ''): Promise<CommandResult> {
  return runCommand({ argv: [file, ...args], input });
}

/** Fails, and does not skip, where the kernel refuses namespaces. */
export async function createTestHost(): Promise<TestHost> {
  const own = await readlink('/proc/self/ns/net');
  const argv = ['--pdeathsig', 'KILL', '--', 'unshare', '--net', '--mount', '--propagation', 'private', '--', 'sleep', 'infinity'];
  const holder = spawn('setpriv', argv, { stdio: 'ignore' });
  const ended = once(holder, 'exit');
  const pid = holder.pid ?? 0;
  const enter = ['nsenter', '-t', String(pid), '-n', '-m'];
  const run = (command: readonly string[], input?: string) => outside([...enter, ...command], input);
  const must = async (command: readonly string[], input?: string) => {
    const result = await run(command, input);
    if (result.exitCode !== 0) throw new CommandError(result);
    return result.stdout;
  };
  await eventually(
    'a network namespace',
    async () => {
      const [namespace, name] = await Promise.all([readlink(`/proc/${pid}/ns/net`), readlink(`/proc/${pid}/exe`)]);
      return namespace !== own && name.endsWith('/sleep');
    },
    { withinMs: 60_000 },
  );
  await must(['mkdir', '-p', '/run/netns']);
  await must(['mount', '-t', 'tmpfs', 'tmpfs', '/run/netns']);
  await must(['ip', 'link', 'set', 'lo', 'up']);
  const directory = await mkdtemp(join(tmpdir(), 'weft-test-host-'));
  const echoScript = join(directory, 'echo.mjs');
  await copyFile(ECHO_SCRIPT, echoScript);
  const host = new RealHost({ workloadScript: echoScript, enter });
  return {
    pid,
    host,
    echoScript,
    run,
    must,
    async destroy() {
      host.close();
      await Promise.all((await processesWith(echoScript)).map(endProcess));
      holder.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}

/** Connects two hosts, or a host with itself, by a veth pair; `name` and `cidr` of each end, both up. */
export async function connect(a: TestHost, aName: string, aCidr: string, b: TestHost, bName: string, bCidr: string | null): Promise<void> {
  await a.must(['ip', 'link', 'add', aName, 'type', 'veth', 'peer', 'name', bName, 'netns', String(b.pid)]);
  await a.must(['ip', 'address', 'add', aCidr, 'dev', aName]);
  if (bCidr !== null) await b.must(['ip', 'address', 'add', bCidr, 'dev', bName]);
  await a.must(['ip', 'link', 'set', aName, 'up']);
  await b.must(['ip', 'link', 'set', bName, 'up']);
}
