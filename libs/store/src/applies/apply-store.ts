import { type AppliedDocument, type ApplyDocument, ProblemError } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { mutateAll } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import type { Committed, RequestContext } from '../request-context.ts';
import { makeTrue } from './documents.ts';
import { requireOneEach } from './one-each.ts';

/** Makes objects what documents say of them. */
export interface ApplyStore {
  /** All documents in one transaction, each a change with a revision and a record of its own. Throws ProblemError that names the document at fault,
   * ValidationFailed when two are for one object. */
  apply(ctx: RequestContext, documents: readonly ApplyDocument[]): Promise<Committed<readonly AppliedDocument[]>>;
}

/** Where the object of a document is, and how it is called: an endpoint by its service. */
function placeOf(document: ApplyDocument): Pick<AppliedDocument, 'kind' | 'namespace' | 'name'> {
  const { kind } = document;
  if (kind === 'namespace') return { kind, namespace: null, name: document.name };
  return { kind, namespace: document.namespace, name: kind === 'endpoint' ? document.service : document.name };
}

/** The same error, as one of a document among others. */
function ofDocument(at: number, document: ApplyDocument, error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  const { kind, namespace, name } = placeOf(document);
  const which = `document ${at + 1} (${kind} ${namespace === null ? '' : `${namespace}/`}${name})`;
  const errors = error.errors.map(({ pointer, ...rest }) => ({ ...rest, pointer: `/documents/${at}${pointer}` }));
  return new ProblemError(error.code, `${which}: ${error.message}`, errors, { cause: error });
}

function prepareDocument(document: ApplyDocument, at: number): Prepare<AppliedDocument> {
  const prepare = makeTrue(document);
  const place = placeOf(document);
  const blamed = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw ofDocument(at, document, error);
    }
  };
  return (tables, newId) =>
    blamed(async () => {
      const prepared = await prepare(tables, newId);
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
    apply: async (ctx, documents) => {
      requireOneEach(documents);
      const namespaces = documents.map((document) => (document.kind === 'namespace' ? document.name : document.namespace));
      const committed = await mutateAll(database, ctx, namespaces, documents.map(prepareDocument));
      return { ...committed, object: committed.object.map(({ object }) => object) };
    },
  };
}
