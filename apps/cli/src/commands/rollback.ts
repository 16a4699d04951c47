import { readWhen } from '@weft/sdk';
import { pastApi, type RollbackCreate } from '../api/past-api.ts';
import { rollbackLines } from '../past/lines.ts';
import { planLines } from '../plan/plan-lines.ts';
import { paintFor } from '../terminal/style.ts';

/** What `weft rollback` is given. */
export interface RollbackOptions {
  readonly state?: string;
  readonly output: 'text' | 'json';
  readonly to: string;
  readonly kind?: NonNullable<RollbackCreate['selection']['kinds']>;
  readonly namespace?: string;
  readonly selector?: string;
  readonly id?: readonly string[];
  readonly deleteNewer: boolean;
  readonly plan: boolean;
}

/** What the API is asked for. Throws UserError for a moment that is none. */
export function wantedOf({ to, kind, namespace, selector, id, deleteNewer }: RollbackOptions): RollbackCreate {
  const when = readWhen(to);
  return {
    ...('revision' in when ? { toRevision: when.revision } : { toTime: when.at }),
    selection: {
      ...(kind === undefined ? {} : { kinds: kind }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(selector === undefined ? {} : { labelSelector: selector }),
      ...(id === undefined ? {} : { ids: [...id] }),
      deleteNewer,
    },
  };
}

/** Brings objects back to what they were, or says what that would do. */
export async function rollback(options: RollbackOptions): Promise<void> {
  const wanted = wantedOf(options);
  const api = await pastApi(options.state);
  const paint = paintFor(process.stdout);
  const [answer, lines] = options.plan
    ? await api.planRoll(wanted).then((plan) => [plan, planLines(plan, paint)] as const)
    : await api.roll(wanted).then((done) => [done, rollbackLines(done, paint)] as const);
  console.log(options.output === 'json' ? JSON.stringify(answer, null, 2) : lines.join('\n'));
}
