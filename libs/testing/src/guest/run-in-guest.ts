import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GuestError } from './guest-error.ts';
import type { GuestKernel } from './guest-kernel.ts';
import { type GuestWatch, runProgram } from './guest-process.ts';
import { type GuestJob, jobScript } from './job.ts';

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

/** As many lines as a panic prints, with what led to it. */
const TAIL_LINES = 60;

const endOf = (printed: string) => printed.trimEnd().split(/\r?\n/).slice(-TAIL_LINES).join('\n');

/** Something that boots: the kernel, and the folder in which runs keep their files. */
export interface Guest {
  readonly kernel: GuestKernel;
  readonly folder: string;
}

/**
 * Boots a guest kernel, runs one command in it as root, and ends it.
 *
 * @returns the command's exit status
 * @throws GuestError with the end of the console when the guest did not boot, died or fell silent
 */
export async function runInGuest({ kernel, folder: parent }: Guest, job: GuestJob, watch: GuestWatch): Promise<number> {
  return await withFolder(parent, async (folder) => {
    const own = join(folder, 'share');
    const first = join(own, 'first');
    const status = join(own, 'status');
    const console = join(folder, 'console');
    const { modules, release, surroundings } = kernel;
    await mkdir(own);
    await writeFile(first, jobScript(job, status, surroundings));
    const program = await kernel.program(folder, { modules, release, shares: [own, ...(job.writable ?? [])], first });
    const trouble = await runProgram({ ...program, console }, watch);
    const left = await readFile(status, 'utf8').catch(() => '');
    if (trouble === null && /^\d+\n$/.test(left)) return Number(left);
    const printed = await readFile(console, 'utf8').catch(() => '');
    throw new GuestError(`guest kernel: ${trouble ?? 'it ended before its job was done'}; the end of its console:\n${endOf(printed)}`);
  });
}
