import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, runCommand } from '@weft/host';
import { eventually } from '@weft/testing';
import { bootScript, machineScript, type SharedFolder } from './boot-scripts.ts';

/** A slow machine takes seconds to boot. */
const BOOT_MS = 60_000;

/** Where control groups of version 2 are. */
async function groups(): Promise<string> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  const place = mounts.find(([, , type]) => type === 'cgroup2')?.[1];
  if (place === undefined) throw new Error('there are no control groups of version 2 here, which systemd needs');
  return place;
}

/** Removes a control group with those in it. */
async function removeGroup(group: string): Promise<void> {
  for (const entry of await readdir(group, { withFileTypes: true })) if (entry.isDirectory()) await removeGroup(join(group, entry.name));
  await rmdir(group);
}

/**
 * A host on which systemd was booted: this machine's files and programs, or another root's, with nothing of weft configured, in namespaces and a control group of its own. What it writes is gone
 * when it is switched off, and its network is nobody else's.
 */
export class BootedHost {
  readonly address: string;
  readonly #folder: string;
  readonly #group: string;
  readonly #machine: ChildProcess;
  #first = 0;

  private constructor(address: string, folder: string, group: string, machine: ChildProcess) {
    this.address = address;
    this.#folder = folder;
    this.#group = group;
    this.#machine = machine;
  }

  /**
   * Boots one. Throws when this machine cannot: such a test fails, it does not skip.
   *
   * @param address of its only link, with prefix length
   * @param root the folder whose files it has: this machine's unless told
   */
  static async boot(address: string, shared: readonly SharedFolder[], root = '/'): Promise<BootedHost> {
    const folder = await mkdtemp(join(tmpdir(), 'weft-booted-'));
    const group = join(await groups(), `weft-booted-${process.pid}`);
    const [disk, machine, boot] = [join(folder, 'disk'), join(folder, 'machine'), join(folder, 'boot')];
    await Promise.all([mkdir(disk), mkdir(group)]);
    await writeFile(machine, machineScript(disk, group, boot, root));
    await writeFile(boot, bootScript(disk, address, shared));
    const child = spawn('unshare', ['--mount', 'sh', machine], { stdio: 'inherit' });
    const host = new BootedHost(address.split('/')[0] ?? '', folder, group, child);
    await host.#booted();
    return host;
  }

  /** Runs a command on the host as root. */
  run(argv: readonly string[], input = ''): Promise<CommandResult> {
    return runCommand({ argv: ['nsenter', '--all', '--target', String(this.#first), '--', ...argv], input, timeoutMs: 120_000 });
  }

  /** Runs one that must succeed, and returns what it printed. */
  async must(argv: readonly string[], input = ''): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(argv, input);
    if (exitCode !== 0) throw new Error(`${argv.join(' ')}: exit status ${exitCode}; ${stdout.trim()} ${stderr.trim()}`);
    return stdout;
  }

  /** Reboots it as its operator would, and waits until it is up again. */
  async reboot(): Promise<void> {
    const before = this.#first;
    await this.run(['systemctl', 'reboot']);
    await eventually('the host to go down', async () => (await this.#firstProcess()) !== before, { withinMs: BOOT_MS });
    await this.#booted();
  }

  /** Switches it off, and removes what it was made of. */
  async off(): Promise<void> {
    await writeFile(join(this.#group, 'cgroup.kill'), '1');
    if (this.#machine.exitCode === null && this.#machine.signalCode === null) await once(this.#machine, 'exit');
    await eventually('its processes to be gone', async () =>
      (await readFile(join(this.#group, 'cgroup.events'), 'utf8')).includes('populated 0'),
    );
    await removeGroup(this.#group);
    await rm(this.#folder, { recursive: true });
  }

  async #booted(): Promise<void> {
    this.#first = await eventually('systemd to be the first process', () => this.#firstProcess(), { withinMs: BOOT_MS });
    await eventually('the host to be up', async () => (await this.run(['systemctl', 'is-active', 'multi-user.target'])).exitCode === 0, {
      withinMs: BOOT_MS,
      everyMs: 200,
    });
  }

  /** The number of its first process; null while there is none. */
  async #firstProcess(): Promise<number | null> {
    const listed = await readFile(join(this.#group, 'init.scope/cgroup.procs'), 'utf8').catch(() => '');
    const pids = listed.split('\n').filter((line) => line !== '');
    for (const pid of pids) {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      if (name.trim() === 'systemd') return Number(pid);
    }
    return null;
  }
}
