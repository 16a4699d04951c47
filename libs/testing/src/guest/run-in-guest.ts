import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GuestError } from './guest-error.ts';
import { makeInitrd } from './initrd.ts';
import type { KernelImage } from './kernel-image.ts';
import { qemuArgv } from './qemu.ts';
import { type GuestJob, jobScript } from './scripts.ts';

/** How a job is watched. */
export interface GuestWatch {
  /** The guest is killed after this long, in milliseconds. */
  readonly deadlineMs: number;
  /** Given everything that the job prints, as it comes. */
  readonly output: (text: string) => void;
}

/** The folder of one run, shared with the guest under the same path; gone when `use` is done. */
async function withFolder<T>(parent: string, use: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'run-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the emulator to its end. Returns why it ended, when that was not the guest's own doing. */
async function emulate(argv: readonly [string, ...string[]], { deadlineMs, output }: GuestWatch): Promise<string | null> {
  const [file, ...args] = argv;
  // Its standard input stays open: the end of it would close the virtio port.
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout.setEncoding('utf8').on('data', output);
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, deadlineMs);
  const code = await new Promise<number | null>((resolve) => child.once('error', () => resolve(null)).once('close', resolve));
  clearTimeout(deadline);
  if (late) return `killed, it was not done after ${deadlineMs / 1000} s`;
  return code === 0 ? null : `the emulator ended with ${code}: ${said.trim()}`;
}

/** Something that boots: the kernel, and the folder in which runs keep their files. */
export interface Guest {
  readonly image: KernelImage;
  readonly folder: string;
}

/**
 * Boots the guest kernel, runs one command in it as root, and ends it.
 *
 * @returns the command's exit status
 * @throws GuestError with the end of the console when the guest did not boot, died or was not done in time
 */
export async function runInGuest({ image, folder: parent }: Guest, job: GuestJob, watch: GuestWatch): Promise<number> {
  return await withFolder(parent, async (folder) => {
    const own = join(folder, 'share');
    const first = join(own, 'first');
    const status = join(own, 'status');
    const console = join(folder, 'console');
    const shares = [own, ...(job.writable ?? [])];
    await mkdir(own);
    await writeFile(first, jobScript(job, status));
    const modules = join(image.root, 'lib/modules', image.release);
    const initrd = await makeInitrd(folder, image, { modules, release: image.release, shares, first });
    const trouble = await emulate(qemuArgv({ vmlinuz: image.vmlinuz, initrd, console, shares }), watch);
    const left = await readFile(status, 'utf8').catch(() => '');
    if (trouble === null && /^\d+\n$/.test(left)) return Number(left);
    const printed = await readFile(console, 'utf8').catch(() => '');
    const tail = printed.trimEnd().split(/\r?\n/).slice(-20).join('\n');
    throw new GuestError(`guest kernel: ${trouble ?? 'it ended before its job was done'}; the end of its console:\n${tail}`);
  });
}
