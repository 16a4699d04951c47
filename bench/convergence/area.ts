import { fleetLacks } from '../control-plane/api.ts';
import type { Area } from '../harness/area.ts';
import { liveEverywhere } from './live-everywhere.ts';

/** From a request to the rule in every kernel, on a lab that runs. */
export const convergence: Area = {
  summary: 'from POST /services to the rule in every kernel of a running lab (./weft up --lab 3 --detach)',
  sizeOf: 'nodes',
  measurements: [
    {
      name: 'POST /services',
      sizes: [3],
      quickSizes: [3],
      lacks: fleetLacks,
      take: (_size, { quick }) => liveEverywhere(quick ? 20 : 100),
    },
  ],
};
