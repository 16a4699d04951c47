import { setImmediate as letOthers } from 'node:timers/promises';
import { type NodePlan, planFor } from '@weft/compiler';
import type { DesiredChange, DesiredFleet } from '@weft/store';
import { nodeStates } from './node-states.ts';

/** What a change comes to in the kernel of each node, by name. Whoever else asks something of this process is answered in between. */
export async function kernelPlans(fleet: DesiredFleet, change: DesiredChange): Promise<[node: string, plan: NodePlan][]> {
  const plans: [string, NodePlan][] = [];
  for (const { id, name, before, after } of nodeStates(fleet, change)) {
    plans.push([name, planFor(before, after, id)]);
    await letOthers();
  }
  return plans;
}
