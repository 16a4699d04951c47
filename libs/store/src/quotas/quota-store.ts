import { canonicalJson, type Quota, type QuotaLimits, type QuotaUpdate, UNLIMITED } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { requireMatch } from '../commit/match.ts';
import { mergeFields } from '../commit/merge-fields.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database, Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { found } from '../read/not-found.ts';
import type { Committed, Match, RequestContext } from '../request-context.ts';
import { usageOf } from './usage.ts';

/** How much namespaces may hold. A quota is found by the id of its namespace and is always there: until one is set it limits nothing. */
export interface QuotaStore {
  /** NotFound when there is no such namespace. */
  get(namespaceId: string): Promise<Quota>;
  update(ctx: RequestContext, namespaceId: string, match: Match, patch: QuotaUpdate): Promise<Committed<Quota>>;
}

async function read(tables: Tables, namespaceId: string): Promise<Quota> {
  const row = await tables.namespace.findUnique({ where: { id: namespaceId }, include: { quota: true } });
  const { name, quota } = found(row, 'namespace', namespaceId);
  return {
    namespace: name,
    limits: (quota?.limits as QuotaLimits | undefined) ?? UNLIMITED,
    used: await usageOf(tables, name),
    generation: quota?.generation ?? 0,
  };
}

function quotaUpdate(namespaceId: string, match: Match, patch: QuotaUpdate): Prepare<Quota> {
  return async (tables) => {
    const { namespace } = await read(tables, namespaceId);
    await lock(tables, `quota:${namespace}`);
    const before = await read(tables, namespaceId);
    await requireMatch(tables, match, before.generation);
    const limits = mergeFields(before.limits, patch.limits ?? {});
    if (canonicalJson(limits) === canonicalJson(before.limits)) {
      const { revision } = await tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 } });
      return { unchanged: before, revision: Number(revision) };
    }
    return {
      about: { kind: 'quota', id: namespaceId, namespace, name: namespace },
      concerns: [],
      status: 200,
      write: async () => {
        const generation = before.generation + 1;
        await tables.quota.upsert({ where: { namespace }, create: { namespace, limits, generation }, update: { limits, generation } });
        const object = { ...before, limits, generation };
        return { object, before, after: object, versions: [] };
      },
    };
  };
}

export function quotaStore(database: Database): QuotaStore {
  return {
    get: (namespaceId) => database.read((tables) => read(tables, namespaceId)),
    update: (ctx, namespaceId, match, patch) => mutate(database, ctx, quotaUpdate(namespaceId, match, patch)),
  };
}
