import { fulfils, type Labels, type PastKind } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { compareObjects, objectsAt } from '../past/objects-at.ts';
import type { PastObjectQuery } from '../past/past-store.ts';
import type { Stored } from './documents.ts';
import type { RollbackOrder } from './rollback-store.ts';
import type { Difference } from './steps.ts';

/** Asks for all there is: a rollback that is too large is refused when its steps are known. */
const ALL = { limit: 1_000_000, cursor: null } as const;

type Span = { readonly from: number; readonly to: number };

/** Endpoints managed by hand that services had, as if there were none now. */
export async function endpointsOf(tables: Tables, services: ReadonlySet<string>, revision: number): Promise<Difference[]> {
  if (services.size === 0) return [];
  const { items } = await objectsAt(tables, 'endpoint', revision, ALL);
  return items.flatMap(({ namespace, object }) =>
    isByHand(object) && services.has(`${namespace}/${object.service}`) ? [{ kind: 'endpoint', before: object, after: null }] : [],
  );
}

const isByHand = (endpoint: Stored | null) => endpoint !== null && endpoint.pod === null;

/** Says of objects whether an order is about them. */
function selector({ labelSelector = [], ids }: RollbackOrder) {
  return (object: Stored | null) =>
    object !== null && (ids === undefined || ids.includes(String(object.id))) && fulfils(labelSelector, (object.labels ?? {}) as Labels);
}

/** Names of the services, with their namespaces, whose endpoints an order is about; null: all of them. */
async function servicesOf(tables: Tables, order: RollbackOrder, span: Span): Promise<ReadonlySet<string> | null> {
  const { ids, labelSelector } = order;
  if (ids === undefined && labelSelector === undefined) return null;
  const narrowed = {
    ...queryFor('service', order),
    ...(ids === undefined ? {} : { ids }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
  const [then, now] = [await objectsAt(tables, 'service', span.from, narrowed), await objectsAt(tables, 'service', span.to, narrowed)];
  return new Set([...then.items, ...now.items].map(({ namespace, name }) => `${namespace}/${name}`));
}

/** What of a kind an order may be about. A namespace is in none: it goes with what is in it. */
function queryFor(kind: PastKind, { namespace, within }: RollbackOrder): PastObjectQuery {
  const place = kind === 'namespace' ? { name: namespace } : { namespace };
  return { ...ALL, ...(namespace === undefined ? {} : place), ...(within === undefined ? {} : { within }) };
}

/** Objects that an order is about and that are otherwise now than they were. Throws ProblemError Expired, BadRequest. */
export async function selectedDifferences(tables: Tables, order: RollbackOrder, span: Span): Promise<Difference[]> {
  const { kinds } = order;
  const isSelected = selector(order);
  const differences: Difference[] = [];
  for (const kind of kinds) {
    const { items } = await compareObjects(tables, kind, span, queryFor(kind, order));
    // One that came in the place of another is selected with it.
    const names = new Set(
      items.flatMap(({ before, after, namespace: place, name }) => (isSelected(before) || isSelected(after) ? [`${place}/${name}`] : [])),
    );
    for (const { before, after, namespace: place, name } of items)
      if (names.has(`${place}/${name}`)) differences.push({ kind, before, after });
  }
  if (!kinds.includes('service')) return differences;
  const services = await servicesOf(tables, order, span);
  const { items } = await compareObjects(tables, 'endpoint', span, queryFor('endpoint', order));
  for (const { before, after, namespace: place } of items) {
    const endpoint = isByHand(before) ? before : after;
    if (isByHand(endpoint) && (services === null || services.has(`${place}/${endpoint?.service}`)))
      differences.push({ kind: 'endpoint', before, after });
  }
  return differences;
}
