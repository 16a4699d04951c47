import { type FieldError, ProblemError, ROLLBACK_OBJECTS_MAX, type RollbackChange } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { invalid } from '../commit/invalid.ts';
import { mutateAll } from '../commit/mutate.ts';
import type { Database, Tables } from '../database/database.ts';
import { readKept, requireKept } from '../past/position.ts';
import { placeOf } from './documents.ts';
import { prepareStep } from './prepare-step.ts';
import type { RollbackOrder, RollbackStore } from './rollback-store.ts';
import { endpointsOf, selectedDifferences } from './selected.ts';
import { besideEndpointsOf, type Step, servicesMadeAnew, stepsTo } from './steps.ts';

/** What an order comes to now. Throws ProblemError. */
async function stepsOf(tables: Tables, order: RollbackOrder): Promise<Step[]> {
  const kept = await readKept(tables);
  requireKept(kept, order.toRevision, '/toRevision');
  const span = { from: order.toRevision, to: Number(kept.revision) };
  const differences = await selectedDifferences(tables, order, span);
  const anew = servicesMadeAnew(stepsTo(differences, order.deleteNewer));
  const others = besideEndpointsOf(anew, differences);
  const steps = stepsTo([...others, ...(await endpointsOf(tables, anew, order.toRevision))], order.deleteNewer);
  if (steps.length > ROLLBACK_OBJECTS_MAX)
    throw invalid(
      '/selection',
      'TooMany',
      `it would change ${steps.length} objects, and at most ${ROLLBACK_OBJECTS_MAX} go at once: select fewer`,
    );
  return steps;
}

/** Whoever tries all steps, so that a refusal can name every object that cannot be brought back. */
class Attempt {
  private readonly refusedServices = new Set<string>();
  private readonly refusals: { readonly error: ProblemError; readonly which: string }[] = [];

  /** The step, or what is left of it when it is refused. */
  trying(step: Step): Prepare<RollbackChange> {
    const { kind } = step.spec;
    const place = placeOf(step.spec);
    const prepare = prepareStep(step);
    return async (tables, newId, reach) => {
      try {
        return await prepare(tables, newId, reach);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const { namespace, name } = place;
        if (kind === 'service') this.refusedServices.add(`${namespace}/${name}`);
        // That there is no service for it follows from the refusal of the service.
        const follows = step.spec.kind === 'endpoint' && this.refusedServices.has(`${namespace}/${step.spec.service}`);
        if (!follows) this.refusals.push({ error, which: `${kind} ${namespace === null ? '' : `${namespace}/`}${name}` });
        return { unchanged: { action: 'unchanged', kind, id: '', ...place }, revision: 0 };
      }
    };
  }

  /** After all others: ends the transaction when any was refused. */
  readonly concluding: Prepare<null> = async (tables) => {
    const [first] = this.refusals;
    if (first === undefined) return { unchanged: null, revision: Number((await readKept(tables)).revision) };
    this.refusedServices.clear();
    const errors = this.refusals
      .splice(0)
      .map(({ error, which }): FieldError => ({ pointer: '/selection', code: error.code, message: `${which}: ${error.message}` }));
    throw new ProblemError(first.error.code, errors.map(({ message }) => message).join('; '), errors, { cause: first.error });
  };
}

const namespacesOf = (steps: readonly Step[]) =>
  steps.flatMap(({ spec }) => placeOf(spec).namespace ?? (spec.kind === 'namespace' ? spec.name : []));

export function rollbackStore(database: Database): RollbackStore {
  return {
    roll: async (ctx, order) => {
      const steps = await database.read((tables) => stepsOf(tables, order));
      const attempt = new Attempt();
      const prepares: Prepare<RollbackChange | null>[] = [...steps.map((step) => attempt.trying(step)), attempt.concluding];
      const committed = await mutateAll(database, ctx, namespacesOf(steps), prepares);
      const changed = committed.object.filter(({ operationId }) => operationId !== null);
      const undoRevision = Math.min(...changed.map(({ revision }) => revision - 1), committed.revision);
      const changes = committed.object.flatMap(({ object }) => object ?? []);
      return { ...committed, object: { toRevision: order.toRevision, undoRevision, changes } };
    },
  };
}
