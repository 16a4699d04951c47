import { type AppliedDocument, type Apply, ProblemError } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { mutateAll } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import type { Committed, RequestContext } from '../request-context.ts';
import { type Asked, askedOf, inTurn } from './asked.ts';
import { requireOneEach } from './one-each.ts';

/** Makes objects what documents say of them. */
export interface ApplyStore {
  /** In one transaction the services that are to be removed, all documents, and the pods that are to be removed, each a change with a revision and a record of
   * its own; told in the order in which they were asked for. Throws ProblemError that names the document or object at fault, ValidationFailed when two are for
   * one object. */
  apply(ctx: RequestContext, apply: Apply): Promise<Committed<readonly AppliedDocument[]>>;
}

/** The same error, as one of a thing among others. */
function ofAsked({ place: { kind, namespace, name }, pointer: at, called }: Asked, error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  const which = `${called} (${kind} ${namespace === null ? '' : `${namespace}/`}${name})`;
  const errors = error.errors.map(({ pointer, ...rest }) => ({ ...rest, pointer: `${at}${pointer}` }));
  return new ProblemError(error.code, `${which}: ${error.message}`, errors, { cause: error });
}

function prepareAsked(asked: Asked): Prepare<AppliedDocument> {
  const { place } = asked;
  const blamed = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw ofAsked(asked, error);
    }
  };
  return (tables, newId, reach) =>
    blamed(async () => {
      const prepared = await asked.prepare(tables, newId, reach);
      if ('unchanged' in prepared) return { ...prepared, unchanged: { ...place, ...prepared.unchanged } };
      return {
        ...prepared,
        write: (stamp) =>
          blamed(async () => {
            const written = await prepared.write(stamp);
            return { ...written, object: { ...place, ...written.object } };
          }),
      };
    });
}

export function applyStore(database: Database): ApplyStore {
  return {
    apply: async (ctx, apply) => {
      const asked = askedOf(apply);
      requireOneEach(asked);
      const turns = inTurn(asked);
      const namespaces = asked.map(({ place }) => place.namespace ?? place.name);
      const committed = await mutateAll(database, ctx, namespaces, turns.map(prepareAsked));
      const became = new Map(committed.object.map(({ object }, at) => [turns[at], object]));
      return { ...committed, object: asked.flatMap((one) => became.get(one) ?? []) };
    },
  };
}
