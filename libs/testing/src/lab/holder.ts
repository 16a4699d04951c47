import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { eventually } from '../eventually.ts';
import { must } from './run.ts';

/** What a holder is for. It stands in the holder's environment, where whoever comes next finds it. */
export interface HolderMark {
  /** Which lab: the id that it was created with. */
  readonly lab: string;
  /** Which host of it. */
  readonly host: string;
  /** How many nodes the whole lab has. */
  readonly nodes: number;
  /** Which of the machine's address ranges the lab has. */
  readonly index: number;
}

/**
 * A host of the lab, for as long as its holder lives: the first process of the host's own process, mount, network and UTS namespaces.
 * What runs in the host dies with it, and so do the host's links and its pods' namespaces.
 */
export interface Holder extends HolderMark {
  readonly pid: number;
}

/** Sleeps; and by ignoring SIGCHLD it lets the kernel reap the orphans that the first process inherits (wait(2), notes). */
const SLEEPER = ['env', '--ignore-signal=CHLD', 'sleep', 'infinity'];

const UNSHARE = ['--fork', '--pid', '--mount-proc', '--mount', '--net', '--uts', '--'];

/**
 * Starts a host: own host name, own empty /run/netns, own /proc, own network with nothing in it.
 *
 * @throws Error when the kernel refuses (not root, or a container that forbids namespaces); it says what `unshare` said
 */
export async function startHolder(mark: HolderMark): Promise<Holder> {
  const environment = {
    PATH: process.env.PATH,
    WEFT_LAB: mark.lab,
    WEFT_LAB_HOST: mark.host,
    WEFT_LAB_NODES: `${mark.nodes}`,
    WEFT_LAB_INDEX: `${mark.index}`,
  };
  const unshare = spawn('unshare', [...UNSHARE, ...SLEEPER], { detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: environment });
  const refusal = new Promise<never>((_, reject) => {
    let said = '';
    unshare.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    unshare.once('error', reject).once('close', () => reject(new Error(`the kernel gave no namespaces for ${mark.host}: ${said.trim()}`)));
  });
  refusal.catch(() => {});
  const found = eventually(`the holder of ${mark.host}`, () => firstChild(unshare.pid ?? 0), { everyMs: 4 });
  const pid = await Promise.race([found, refusal]);
  unshare.stderr.destroy();
  unshare.unref();
  await must([...enter(pid), 'mkdir', '-p', '/run/netns']);
  await must([...enter(pid), 'mount', '-t', 'tmpfs', '-o', 'mode=0755', 'weft-lab', '/run/netns']);
  await must([...enter(pid), 'hostname', mark.host]);
  return { ...mark, pid };
}

/**
 * The command prefix that runs a program in a holder's namespaces. The program sees itself as a process of that host; when the process that
 * asked for it is killed, the program gets SIGTERM (prctl(2), PR_SET_PDEATHSIG; nsenter itself passes no signal on).
 */
export const enter = (pid: number): [string, ...string[]] => [
  'nsenter',
  ...[`--target=${pid}`, '--mount', '--net', '--uts', '--pid', '--'],
  ...['setpriv', '--pdeathsig', 'TERM', '--'],
];

/** Gives a host an /etc/hosts of its own. It lies on a file system that has no other name, so nothing of it is left when the host ends. */
export async function knowNames(pid: number, hosts: string): Promise<void> {
  const inside = (...argv: string[]) => must([...enter(pid), ...argv]);
  await inside('mount', '-t', 'tmpfs', '-o', 'mode=0755', 'weft-lab', '/mnt');
  await must([...enter(pid), 'tee', '/mnt/hosts'], hosts);
  await inside('mount', '--bind', '/mnt/hosts', '/etc/hosts');
  await inside('umount', '--lazy', '/mnt');
}

/** All holders of one lab that are alive, or of all labs. */
export async function findHolders(lab?: string): Promise<Holder[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const holders = (await Promise.all(pids.map(readHolder))).filter((holder) => holder !== null);
  return holders.filter((holder) => lab === undefined || holder.lab === lab).sort((a, b) => a.pid - b.pid);
}

/** Ends a host and everything in it, and returns when its first process is gone. */
export async function killHolder(holder: Holder): Promise<void> {
  try {
    process.kill(holder.pid, 'SIGKILL');
  } catch {
    // It was gone already, which is what we want.
  }
  await eventually(`the end of ${holder.host}`, async () => (await readHolder(holder.pid)) === null, { everyMs: 4 });
}

async function firstChild(pid: number): Promise<number | null> {
  const child = Number.parseInt(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10);
  if (Number.isNaN(child)) return null;
  return (await readFile(`/proc/${child}/comm`, 'utf8')) === 'sleep\n' ? child : null;
}

async function readHolder(pid: number): Promise<Holder | null> {
  try {
    if ((await readFile(`/proc/${pid}/comm`, 'utf8')) !== 'sleep\n') return null;
    const environment = new Map((await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map(assignment));
    const lab = environment.get('WEFT_LAB');
    const host = environment.get('WEFT_LAB_HOST');
    if (lab === undefined || host === undefined) return null;
    return { pid, lab, host, nodes: Number(environment.get('WEFT_LAB_NODES')), index: Number(environment.get('WEFT_LAB_INDEX')) };
  } catch {
    return null;
  }
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
