import type { Workload } from '@weft/kernel';
import { isOurNetns } from '@weft/model';
import type { StepOutcome } from '@weft/reconcile';
import { CommandError, startDetached } from '../exec.ts';
import { endProcess, isAlive, processesWith, type RunningProcess, readProc, waitUntil } from './processes.ts';
import type { Runner } from './runner.ts';
import { portsIn, workloadArgs, workloadOf } from './workload-command.ts';

/** How long a server may take from its start until it listens. */
const START_MS = 10_000;

const FOREIGN = '';

/** What stands for a namespace that lost its name under a running server: nobody wants a workload there, so it is stopped. */
const nameless = (inode: number) => `net:[${inode}]`;

/** Starts, finds and stops the processes that run in pods. They are found in /proc by script and namespace: no pid files to go stale. */
export class Workloads {
  readonly #runner: Runner;
  readonly #script: string;
  /** Processes that ran when they were looked for last, or were started since, by namespace. */
  readonly #known = new Map<string, number>();

  constructor(runner: Runner, script: string) {
    this.#runner = runner;
    this.#script = script;
  }

  /** What runs in our namespaces, and in those that were ours until somebody deleted their name. */
  async list(): Promise<Workload[]> {
    const running = await this.#running();
    this.#known.clear();
    for (const { workload, process: found } of running) this.#known.set(workload.netns, found.pid);
    return running.map(({ workload }) => workload);
  }

  /** Namespaces whose process has ended since, each told once. */
  ended(): string[] {
    const gone = Array.from(this.#known).filter(([, pid]) => !isAlive(pid));
    for (const [netns] of gone) this.#known.delete(netns);
    return gone.map(([netns]) => netns);
  }

  /** Starts a server and waits until it listens on all its ports. */
  async start(workload: Workload): Promise<StepOutcome> {
    const argv = ['ip', 'netns', 'exec', workload.netns, process.execPath, this.#script, ...workloadArgs(workload)];
    const startedAt = performance.now();
    const outcome = (exitCode: number | null, stderr: string): StepOutcome => ({
      argv,
      input: '',
      exitCode,
      durationMs: performance.now() - startedAt,
      stderr,
    });
    try {
      const { pid, ended } = await startDetached(this.#runner.onHost(argv));
      let exit: number | null | undefined;
      ended.then((code) => {
        exit = code;
      });
      const listening = await waitUntil(async () => exit !== undefined || (await this.#listens(pid, workload)), START_MS);
      if (exit !== undefined) return outcome(exit === 0 ? 1 : exit, `${workload.identity}: ended before it listened`);
      if (listening) this.#known.set(workload.netns, pid);
      return listening ? outcome(0, '') : outcome(1, `${workload.identity}: does not listen`);
    } catch (error) {
      if (error instanceof CommandError) return outcome(null, error.message);
      throw error;
    }
  }

  /** Stops whatever runs in the workload's namespace; nothing there is fine. */
  async stop({ netns }: Workload): Promise<StepOutcome> {
    const startedAt = performance.now();
    this.#known.delete(netns);
    const running = (await this.#running()).filter(({ workload }) => workload.netns === netns);
    const ended = await Promise.all(running.map(({ process: found }) => endProcess(found)));
    const pids = running.map(({ process: { pid } }) => String(pid));
    const failed = ended.includes(false);
    return {
      argv: ['kill', ...pids],
      input: '',
      exitCode: failed ? 1 : 0,
      durationMs: performance.now() - startedAt,
      stderr: failed ? `${netns}: a process did not end` : '',
    };
  }

  async #running(): Promise<{ workload: Workload; process: RunningProcess }[]> {
    const processes = await processesWith(this.#script);
    if (processes.length === 0) return [];
    const names = await this.#namespaces();
    return processes.flatMap((found) => {
      const netns = names.get(found.netns) ?? nameless(found.netns);
      const workload = Number.isNaN(found.netns) || netns === FOREIGN ? null : workloadOf(found.cmdline, this.#script, netns);
      return workload === null ? [] : [{ workload, process: found }];
    });
  }

  /** Inode number → name of our network namespaces, `FOREIGN` for others with a name and the host's own. */
  async #namespaces(): Promise<Map<number, string>> {
    const where = ['/proc/self/ns/net', '/run/netns', '-maxdepth', '1', '-fstype', 'nsfs'];
    const { stdout } = await this.#runner.run(['find', '-L', ...where, '-printf', '%i %f\n']);
    const rows = stdout.split('\n').map((line) => line.split(' '));
    return new Map(rows.map(([inode, name = '']) => [Number(inode), isOurNetns(name) ? name : FOREIGN]));
  }

  async #listens(pid: number, workload: Workload): Promise<boolean> {
    // Until its last exec the process is still on its way into the namespace and would show the host's ports.
    if (workloadOf(await readProc(`${pid}/cmdline`), this.#script, workload.netns) === null) return false;
    const ports = async (listening: boolean, ...tables: string[]) =>
      new Set((await Promise.all(tables.map((table) => readProc(`${pid}/net/${table}`)))).flatMap((text) => portsIn(text, listening)));
    const [tcp, udp] = await Promise.all([ports(true, 'tcp', 'tcp6'), ports(false, 'udp', 'udp6')]);
    return workload.tcpPorts.every((port) => tcp.has(port)) && workload.udpPorts.every((port) => udp.has(port));
  }
}
