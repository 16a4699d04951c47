import { createInterface } from 'node:readline/promises';
import { type Applied, applyApi } from '../api/apply-api.ts';
import { readDocuments } from '../documents/read-documents.ts';
import { planLines } from '../plan/plan-lines.ts';
import { paintFor } from '../terminal/style.ts';
import { UserError } from '../user-error.ts';
import type { DocumentOptions } from './plan.ts';

/** What `weft apply` is given. */
export interface ApplyOptions extends DocumentOptions {
  readonly planToken?: string;
  readonly yes: boolean;
  readonly wait?: number;
}

/** Asks on the terminal. Throws UserError when nobody is there to be asked, or says no. */
async function confirm(): Promise<void> {
  if (!process.stdin.isTTY) throw new UserError('nobody is there to say yes: give --yes, or the --plan-token of a plan that was looked at');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Apply exactly this? [y/N] ');
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('nothing was changed');
}

/** One line for each document. */
export function appliedLines({ documents }: Applied): string[] {
  return documents.map(({ kind, namespace, name, operation }) => {
    const became = operation === null ? 'is so already' : operation.endsWith('Create') ? 'created' : 'changed';
    return `${kind} ${namespace === null ? name : `${namespace}/${name}`} ${became}`;
  });
}

/** Makes objects what documents say: as it was planned before, or after a plan was shown and agreed to. */
export async function apply({ state, file, planToken, yes, wait }: ApplyOptions): Promise<void> {
  const documents = await readDocuments(file);
  const api = await applyApi(state);
  const token = planToken ?? (await plannedNow());
  console.log(appliedLines(await api.apply(documents, token, wait ?? null)).join('\n'));

  async function plannedNow(): Promise<string> {
    const planned = await api.plan(documents);
    console.error(planLines(planned, paintFor(process.stderr)).join('\n'));
    if (!yes && planned.changes.length > 0) await confirm();
    return planned.planToken;
  }
}
