import { createInterface } from 'node:readline/promises';
import { type Applied, applyApi } from '../api/apply-api.ts';
import { type Pruning, wantedBy } from '../documents/prune.ts';
import { planLines } from '../plan/plan-lines.ts';
import { paintFor } from '../terminal/style.ts';
import { UserError } from '../user-error.ts';
import { plan } from './plan.ts';

/** What `weft apply` is given. */
export interface ApplyOptions extends Pruning {
  readonly planToken?: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly wait?: number;
}

/** What became of an object, by how the operation is called that it was recorded as. */
const BECAME: readonly (readonly [operation: RegExp, became: string])[] = [
  [/Create$/, 'created'],
  [/Delete$/, 'pruned'],
  [/./, 'changed'],
];

/** Asks on the terminal. Throws UserError when nobody is there to be asked, or says no. */
async function confirm(): Promise<void> {
  if (!process.stdin.isTTY) throw new UserError('nobody is there to say yes: give --yes, or the --plan-token of a plan that was looked at');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Apply exactly this? [y/N] ');
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('nothing was changed');
}

/** One line for each document, and each object that was pruned. */
export function appliedLines({ documents }: Applied): string[] {
  return documents.map(({ kind, namespace, name, operation }) => {
    const became = operation === null ? 'is so already' : BECAME.find(([pattern]) => pattern.test(operation))?.[1];
    return `${kind} ${namespace === null ? name : `${namespace}/${name}`} ${became}`;
  });
}

/** Makes objects what documents say, and deletes what is to be pruned, all or none: as it was planned before, or after a plan was shown and agreed to; of a dry run only the plan is shown. */
export async function apply(options: ApplyOptions): Promise<void> {
  const { state, planToken, yes, wait, dryRun } = options;
  if (dryRun) return plan({ ...options, output: 'text' });
  const wanted = await wantedBy(options);
  const api = await applyApi(state);
  const token = planToken ?? (await plannedNow());
  console.log(appliedLines(await api.apply(wanted, token, wait ?? null)).join('\n'));

  async function plannedNow(): Promise<string> {
    const planned = await api.plan(wanted);
    console.error(planLines(planned, paintFor(process.stderr)).join('\n'));
    if (!yes && planned.changes.length > 0) await confirm();
    return planned.planToken;
  }
}
