import { createInterface } from 'node:readline/promises';
import { createClient } from '@weft/sdk';
import { type Applied, applyApi } from '../api/apply-api.ts';
import { findAccess } from '../api/connect.ts';
import { loadDocuments } from '../documents/load-documents.ts';
import { toBePruned } from '../documents/prune.ts';
import { type Found, fullName } from '../objects/find.ts';
import { removeObject } from '../objects/objects.ts';
import { planLines } from '../plan/plan-lines.ts';
import { paintFor } from '../terminal/style.ts';
import { UserError } from '../user-error.ts';
import type { DocumentOptions } from './plan.ts';

/** What `weft apply` is given. */
export interface ApplyOptions extends DocumentOptions {
  readonly planToken?: string;
  readonly yes: boolean;
  readonly wait?: number;
  readonly prune: boolean;
  readonly selector?: string;
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

/** Throws UserError when only one of both was given: what is pruned is chosen by labels, and nothing else is. */
function pruneSelector({ prune, selector }: ApplyOptions): string | null {
  if (prune !== (selector !== undefined))
    throw new UserError('--prune and --selector go together: what has these labels and no document is deleted');
  return selector ?? null;
}

/** Makes objects what documents say: as it was planned before, or after a plan was shown and agreed to. Then deletes what is to be pruned, one by one. */
export async function apply(options: ApplyOptions): Promise<void> {
  const { state, planToken, yes, wait } = options;
  const selector = pruneSelector(options);
  const documents = await loadDocuments(options);
  const api = await applyApi(state);
  const client = createClient(await findAccess(state));
  const pruned: readonly Found[] = selector === null ? [] : await toBePruned(client, documents, selector);
  const token = planToken ?? (await plannedNow());
  console.log(appliedLines(await api.apply(documents, token, wait ?? null)).join('\n'));
  for (const found of pruned) {
    await removeObject(client, found.kind, found.object.id, wait === undefined ? {} : { wait });
    console.log(`${fullName(found)} pruned`);
  }

  async function plannedNow(): Promise<string> {
    const planned = await api.plan(documents);
    console.error([...planLines(planned, paintFor(process.stderr)), ...pruned.map((found) => `- ${fullName(found)} is pruned`)].join('\n'));
    if (!yes && planned.changes.length + pruned.length > 0) await confirm();
    return planned.planToken;
  }
}
