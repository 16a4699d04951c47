import type { NodePlan } from './plan-for.ts';

/** A plan and the nodes to whose kernels a change comes to the same. */
export interface FoldedPlan extends NodePlan {
  /** As they were given, in that order. */
  readonly nodes: readonly string[];
}

/** Plans of nodes, those that say the same told once; nodes on which nothing changes are left out. */
export function foldPlans(plans: Iterable<readonly [node: string, plan: NodePlan]>): FoldedPlan[] {
  const folded = new Map<string, NodePlan & { readonly nodes: string[] }>();
  for (const [node, plan] of plans) {
    if (plan.groups.length === 0) continue;
    const text = JSON.stringify(plan);
    const known = folded.get(text);
    if (known === undefined) folded.set(text, { nodes: [node], ...plan });
    else known.nodes.push(node);
  }
  return [...folded.values()];
}
