import { type NodePlan, planFor } from '@weft/compiler';
import type { DesiredChange, DesiredFleet } from '@weft/store';
import { nodeStates } from './node-states.ts';

/** What a change comes to in the kernel of each node, by name. With ten thousand services it takes a second and more for each node that is compiled whole: `done` is called after each. */
export function kernelPlans(fleet: DesiredFleet, change: DesiredChange, done: () => void): [node: string, plan: NodePlan][] {
  return nodeStates(fleet, change).map(({ id, name, before, after }) => {
    const plan = planFor(before, after, id);
    done();
    return [name, plan];
  });
}
