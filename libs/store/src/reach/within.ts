import { beyondReach, type ObjectReference, ProblemError, reaches } from '@weft/model';
import type { Collection, Recorded } from '../collections.ts';
import type { PageRequest } from '../query.ts';
import { found } from '../read/not-found.ts';
import type { RollbackStore } from '../rollbacks/rollback-store.ts';
import type { ReachedStore } from './reached-store.ts';

type Namespaces = readonly string[];

/** Where an object is: its namespace; its own name when it is one. */
const placeOf = ({ kind, namespace, name }: ObjectReference): string | null => (kind === 'namespace' ? name : namespace);

/** Throws ProblemError Forbidden for a namespace that is not reached; `pointer` is where in the request it stood. */
function requireReached(reach: Namespaces, namespace: string, pointer: string): void {
  if (reaches(reach, namespace)) return;
  const message = beyondReach(reach, namespace);
  throw new ProblemError('Forbidden', message, [{ pointer, code: 'Forbidden', message }]);
}

/** The field that says in which namespace an object is: its own name when it is one. */
type Place = 'namespace' | 'name';

/** One kind of object that lives in namespaces, or namespaces themselves. An object never changes its place, so what was looked at once needs no second look in the transaction. */
function collectionWithin<P extends Place, T extends Record<P, string>, C extends Record<P, string>, U, Q extends PageRequest>(
  all: Collection<T, C, U, Q>,
  kind: string,
  place: P,
  reach: Namespaces,
): Collection<T, C, U, Q> {
  const get = async (id: string) => {
    const object = await all.get(id);
    return found(reaches(reach, object[place]) ? object : null, kind, id);
  };
  return {
    get,
    list: (query) => all.list({ ...query, within: reach }),
    create: async (ctx, input) => {
      requireReached(reach, input[place], `/${place}`);
      return all.create(ctx, input);
    },
    update: async (ctx, id, match, patch) => {
      await get(id);
      return all.update(ctx, id, match, patch);
    },
    delete: async (ctx, id, match) => {
      await get(id);
      return all.delete(ctx, id, match);
    },
  };
}

/** What is recorded about objects of namespaces. */
function recordsWithin<T extends { readonly object: ObjectReference }, Q extends PageRequest>(
  all: Recorded<T, Q>,
  kind: string,
  reach: Namespaces,
): Recorded<T, Q> {
  return {
    get: async (id) => {
      const record = await all.get(id);
      const place = placeOf(record.object);
      return found(place !== null && reaches(reach, place) ? record : null, kind, id);
    },
    list: (query) => all.list({ ...query, within: reach }),
  };
}

/** Tokens that reach no more than these namespaces. */
function tokensWithin(all: ReachedStore['tokens'], reach: Namespaces): ReachedStore['tokens'] {
  const get = async (id: string) => {
    const token = await all.get(id);
    return found(token.namespaces?.every((name) => reaches(reach, name)) === true ? token : null, 'token', id);
  };
  return {
    get,
    list: (query) => all.list({ ...query, within: reach }),
    create: async (ctx, input, origin) => {
      if (input.namespaces === null) {
        const message = `a token made with this one must name its namespaces, among ${reach.join(', ')}`;
        throw new ProblemError('Forbidden', message, [{ pointer: '/namespaces', code: 'Forbidden', message }]);
      }
      for (const [at, namespace] of input.namespaces.entries()) requireReached(reach, namespace, `/namespaces/${at}`);
      return all.create(ctx, input, origin);
    },
    revoke: async (ctx, id) => {
      await get(id);
      return all.revoke(ctx, id);
    },
  };
}

/** Of what lives in these namespaces; not of the namespaces, nor of nodes. */
function rollbacksWithin(all: RollbackStore, reach: Namespaces): RollbackStore {
  return {
    roll: async (ctx, order) => {
      const beyond = order.kinds.find((kind) => kind !== 'pod' && kind !== 'service');
      if (beyond !== undefined) {
        const message = `${beyond}s are about the fleet; this token reaches only namespaces ${reach.join(', ')}`;
        throw new ProblemError('Forbidden', message, [{ pointer: '/selection/kinds', code: 'Forbidden', message }]);
      }
      if (order.namespace !== undefined) requireReached(reach, order.namespace, '/selection/namespace');
      return all.roll(ctx, { ...order, within: reach });
    },
  };
}

/** The part of a store that these namespaces are. */
export function withinNamespaces(all: ReachedStore, reach: Namespaces): ReachedStore {
  const namespaces = collectionWithin(all.namespaces, 'namespace', 'name', reach);
  const pods = collectionWithin(all.pods, 'pod', 'namespace', reach);
  const services = collectionWithin(all.services, 'service', 'namespace', reach);
  return {
    namespaces,
    pods: {
      ...pods,
      delete: async (ctx, id, match, gracePeriodSeconds) => {
        await pods.get(id);
        return all.pods.delete(ctx, id, match, gracePeriodSeconds);
      },
    },
    services,
    endpoints: collectionWithin(all.endpoints, 'endpoint', 'namespace', reach),
    quotas: {
      get: async (namespaceId) => {
        await namespaces.get(namespaceId);
        return all.quotas.get(namespaceId);
      },
      update: async (ctx, namespaceId, match, patch) => {
        await namespaces.get(namespaceId);
        return all.quotas.update(ctx, namespaceId, match, patch);
      },
    },
    operations: recordsWithin(all.operations, 'operation', reach),
    audit: recordsWithin(all.audit, 'audit event', reach),
    rollbacks: rollbacksWithin(all.rollbacks, reach),
    counters: {
      ofService: async (id) => {
        await services.get(id);
        return all.counters.ofService(id);
      },
    },
    tokens: tokensWithin(all.tokens, reach),
  };
}
