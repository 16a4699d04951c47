import type { GuestProgram } from './guest-process.ts';
import type { GuestFiles, JobSurroundings } from './job.ts';

/** A kernel with ip_vs that boots as an ordinary program of this machine. */
export interface GuestKernel {
  /** As `uname -r` prints it, such as 6.1.0-56-amd64. */
  readonly release: string;
  /** Its …/lib/modules/<release>. */
  readonly modules: string;
  readonly surroundings: JobSurroundings;
  /** Makes what one start needs in a folder of its own, and says how to start it. */
  program(folder: string, files: GuestFiles): Promise<Omit<GuestProgram, 'console'>>;
}
