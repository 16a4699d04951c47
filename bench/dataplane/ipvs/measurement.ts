import { join } from 'node:path';
import { ownKernelHasIpvs } from '../../../libs/testing/src/guest/index.ts';
import { bootAndRun } from '../../../tools/kernel-with-ipvs.ts';
import type { Measurement } from '../../harness/area.ts';
import type { Figure } from '../../harness/figure.ts';
import { figuresIn, figuresOf, OWN_NETWORK } from '../../harness/program.ts';

const PROGRAM = join(import.meta.dirname, 'measure.ts');

/** In user-mode Linux (docs/testing.md) a process costs several times as much: there only the ratio to the floor means something. */
async function inGuest(argv: readonly string[]): Promise<Figure[]> {
  let said = '';
  const code = await bootAndRun('user-mode', { argv, cwd: process.cwd() }, (text) => {
    said += text;
  });
  if (code !== 0) throw new Error(`${said}\nended with ${code}`);
  return figuresIn(said);
}

/** Programming services of IPVS next to the bare tools; where this kernel has none, in one that boots as a program. */
export const ipvsProgramming: Measurement = {
  name: 'ipvs: load and change',
  sizes: [100, 1_000, 10_000, 50_000],
  quickSizes: [100, 1_000],
  take: async (size) => {
    const argv = [...OWN_NETWORK, process.execPath, PROGRAM, String(size)];
    return await ((await ownKernelHasIpvs()) ? figuresOf : inGuest)(argv);
  },
};
