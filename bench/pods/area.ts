import { join } from 'node:path';
import type { Area } from '../harness/area.ts';
import { figuresOf, OWN_NETWORK } from '../harness/program.ts';

const PROGRAM = join(import.meta.dirname, 'measure.ts');

/** What it takes to give pods their network, on one node. */
export const pods: Area = {
  summary: 'giving pods their network on one node, next to bare ip -batch and to the CNI plugins bridge and host-local (root)',
  sizeOf: 'pods at once',
  measurements: [
    {
      name: 'burst',
      sizes: [1, 10, 50, 200],
      quickSizes: [1, 50],
      take: (size, { quick }) => figuresOf([...OWN_NETWORK, process.execPath, PROGRAM, String(size), quick ? 'quick' : 'thorough']),
    },
  ],
};
