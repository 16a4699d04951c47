import { fleetLacks } from '../control-plane/api.ts';
import type { Area } from '../harness/area.ts';
import { startUp } from './start-up.ts';

/** How long a person waits for the first byte of a command. */
export const commandLine: Area = {
  summary: 'from starting weft to the first byte that it prints, beside a Node.js that does nothing else',
  sizeOf: 'commands',
  measurements: [
    { name: 'weft --help', sizes: [1], quickSizes: [1], take: (_, { quick }) => startUp('weft --help', ['--help'], quick) },
    { name: 'weft kinds', sizes: [1], quickSizes: [1], take: (_, { quick }) => startUp('weft kinds', ['kinds'], quick) },
    {
      name: 'weft get namespaces',
      sizes: [1],
      quickSizes: [1],
      lacks: fleetLacks,
      take: (_, { quick }) => startUp('weft get namespaces', ['get', 'namespaces'], quick),
    },
  ],
};
