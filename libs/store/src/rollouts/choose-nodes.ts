import { parseLabelSelector, type RolloutCreate } from '@weft/model';
import { invalid } from '../commit/invalid.ts';
import type { Tables } from '../database/database.ts';
import { fulfilling } from '../read/label-terms.ts';

/** A node that a rollout is to change. */
export interface ChosenNode {
  readonly id: string;
  readonly name: string;
  readonly canary: boolean;
}

function requireKnown(field: 'nodes' | 'canary', asked: readonly string[], known: ReadonlySet<string>, what: string): void {
  const at = asked.findIndex((name) => !known.has(name));
  if (at >= 0) throw invalid(`/${field}/${at}`, 'NotFound', `there is no node ${asked[at]} ${what}`);
}

/** The nodes of a rollout in the order in which they are changed: canaries first, each part by name. Throws ProblemError ValidationFailed. */
export async function chooseNodes(tables: Tables, { nodes, labelSelector, canary }: RolloutCreate): Promise<ChosenNode[]> {
  const requirements = labelSelector === null ? [] : (parseLabelSelector(labelSelector) ?? []);
  const rows = await tables.node.findMany({
    where: nodes === null ? { AND: fulfilling(requirements) } : { name: { in: nodes } },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
  });
  const known = new Set(rows.map(({ name }) => name));
  requireKnown('nodes', nodes ?? [], known, 'in the fleet');
  if (rows.length === 0) throw invalid('/labelSelector', 'NoNodes', 'it chooses no node');
  if (typeof canary !== 'number') requireKnown('canary', canary, known, 'among those of the rollout');
  const isCanary = (name: string, at: number) => (typeof canary === 'number' ? at < canary : canary.includes(name));
  const chosen = rows.map(({ id, name }, at) => ({ id, name, canary: isCanary(name, at) }));
  return [...chosen.filter((node) => node.canary), ...chosen.filter((node) => !node.canary)];
}
