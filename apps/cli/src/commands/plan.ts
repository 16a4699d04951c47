import { applyApi } from '../api/apply-api.ts';
import { loadDocuments } from '../documents/load-documents.ts';
import { planLines } from '../plan/plan-lines.ts';
import { paintFor } from '../terminal/style.ts';

/** What is given to every command about documents. */
export interface DocumentOptions {
  readonly state?: string;
  readonly file: readonly string[];
  readonly namespace?: string;
  readonly strict: boolean;
}

/** Shows what applying documents would do, and the token that applies exactly that. */
export async function plan({ output, ...loading }: DocumentOptions & { readonly output: 'text' | 'json' }): Promise<void> {
  const { file, namespace, state } = loading;
  const documents = await loadDocuments(loading);
  const planned = await (await applyApi(state)).plan(documents);
  if (output === 'json') return console.log(JSON.stringify(planned, null, 2));
  const apply = `weft apply ${file.map((name) => `-f ${name}`).join(' ')}${namespace === undefined ? '' : ` -n ${namespace}`} --plan-token ${planned.planToken}`;
  const how = [`# planned on revision ${planned.revision}; until ${planned.expiresAt}, exactly this is applied by:`, apply];
  console.log([...planLines(planned, paintFor(process.stdout)), ...(planned.changes.length === 0 ? [] : how)].join('\n'));
}
