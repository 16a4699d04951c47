import { canonicalJson, DEFAULT_NAMESPACE, type Namespace, type NamespaceCreate, type NamespaceUpdate, ProblemError } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { requireMatch } from '../commit/match.ts';
import { mergeLabels } from '../commit/merge-labels.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { labelTerms } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import type { Match } from '../request-context.ts';
import { aboutNamespace, namespaceOf, namespaceVersion } from './namespace-row.ts';

async function lockById(tables: Tables, id: string) {
  const { name } = found(await tables.namespace.findUnique({ where: { id }, select: { name: true } }), 'namespace', id);
  await lock(tables, `namespace:${name}`);
  return found(await tables.namespace.findUnique({ where: { id } }), 'namespace', id);
}

/** A new namespace. */
export function namespaceCreation(input: NamespaceCreate): Prepare<Namespace> {
  return async (tables, newId) => {
    const id = newId('namespace');
    return {
      about: aboutNamespace({ id, name: input.name }),
      concerns: [],
      status: 201,
      write: async ({ revision, at }) => {
        const data = { ...input, id, labelTerms: labelTerms(input.labels), revision, createdAt: at, updatedAt: at };
        const object = namespaceOf(await tables.namespace.create({ data }));
        return { object, before: null, after: object, versions: [namespaceVersion('ADDED', object)] };
      },
    };
  };
}

/** A merge patch of a namespace. */
export function namespaceUpdate(id: string, match: Match, patch: NamespaceUpdate): Prepare<Namespace> {
  return async (tables) => {
    const row = await lockById(tables, id);
    await requireMatch(tables, match, row.generation);
    const before = namespaceOf(row);
    const labels = patch.labels === undefined ? before.labels : mergeLabels('labels', before.labels, patch.labels);
    if (canonicalJson(labels) === canonicalJson(before.labels)) return { unchanged: before, revision: before.revision };
    return {
      about: aboutNamespace(row),
      concerns: [],
      status: 200,
      write: async ({ revision, at }) => {
        const data = { labels, labelTerms: labelTerms(labels), generation: { increment: 1 }, revision, updatedAt: at };
        const object = namespaceOf(await tables.namespace.update({ where: { id }, data }));
        return { object, before, after: object, versions: [namespaceVersion('MODIFIED', object)] };
      },
    };
  };
}

/** The end of a namespace that holds nothing. */
export function namespaceDeletion(id: string, match: Match): Prepare<Namespace> {
  return async (tables) => {
    const row = await lockById(tables, id);
    await requireMatch(tables, match, row.generation);
    const { name } = row;
    if (name === DEFAULT_NAMESPACE) throw new ProblemError('InUse', `namespace ${name} always exists`);
    const [pods, services] = [
      await tables.pod.count({ where: { namespace: name } }),
      await tables.service.count({ where: { namespace: name } }),
    ];
    if (pods + services > 0) throw new ProblemError('InUse', `namespace ${name} holds ${pods} pods and ${services} services`);
    const object = namespaceOf(row);
    return {
      about: aboutNamespace(row),
      concerns: [],
      status: 200,
      write: async () => {
        await tables.namespace.delete({ where: { id } });
        return { object, before: object, after: null, versions: [namespaceVersion('DELETED', object)] };
      },
    };
  };
}
