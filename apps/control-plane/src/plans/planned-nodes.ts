import { foldPlans, type NodePlan, type OwnedDifference } from '@weft/compiler';
import { PLAN_LISTED_MAX, type PlanGroup, type PlannedNodes, type PlanTotals, type Reach, reaches } from '@weft/model';

const PARTS = ['added', 'removed', 'replaced', 'moved'] as const;

function totalsOf(groups: readonly OwnedDifference[]): PlanTotals {
  const count = (part: (typeof PARTS)[number]) => groups.reduce((sum, group) => sum + group[part].length, 0);
  return { added: count('added'), removed: count('removed'), replaced: count('replaced'), moved: count('moved') };
}

/** The part of a plan that is about objects which may be seen. */
function within(reach: Reach, { groups, totals }: NodePlan): NodePlan {
  if (reach === null) return { groups, totals };
  const seen = groups.filter(({ owner }) => owner.namespace !== null && reaches(reach, owner.namespace));
  return { groups: seen, totals: totalsOf(seen) };
}

/** Lists what there is room for. */
class Listing {
  #room = PLAN_LISTED_MAX;

  group(group: OwnedDifference): PlanGroup {
    const take = <T>(items: readonly T[]): T[] => {
      const taken = items.slice(0, this.#room);
      this.#room -= taken.length;
      return taken;
    };
    const listed = {
      added: take(group.added),
      removed: take(group.removed),
      replaced: take(group.replaced),
      moved: take(group.moved),
    };
    const notListed = PARTS.reduce((sum, part) => sum + group[part].length - listed[part].length, 0);
    return { owner: group.owner, ...listed, notListed };
  }
}

/** What changes on nodes, as somebody may see it who reaches these namespaces: nodes that are alike told once, totals exact, lists as long as they may be. */
export function plannedNodes(plans: readonly (readonly [node: string, plan: NodePlan])[], reach: Reach): PlannedNodes[] {
  const listing = new Listing();
  return foldPlans(plans.map(([node, plan]) => [node, within(reach, plan)])).map(({ nodes, groups, totals }) => ({
    nodes: [...nodes],
    groups: groups.map((group) => listing.group(group)),
    totals,
  }));
}
