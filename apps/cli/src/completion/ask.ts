import { createClient } from '@weft/sdk';
import { findAccess } from '../api/connect.ts';
import { contextsFile, readContexts } from '../context/contexts.ts';
import { chosenNamespace } from '../context/namespace.ts';
import { kindsOf } from '../kinds/all-kinds.ts';
import { placed } from '../objects/find.ts';
import { listObjects } from '../objects/objects.ts';
import type { Question } from './completed.ts';

/** Nobody waits longer than this for a completion, in ms. */
const PATIENCE_MS = 700;

/** Names that are offered at most. */
const MOST = 500;

/** The names that the fleet knows. None when it does not answer in time, or not at all: a completion says nothing about what is wrong. */
export async function askNames({ kinds, prefix, namespace, context, state }: Question): Promise<string[]> {
  const names: string[] = [];
  try {
    const env = context === undefined ? process.env : { ...process.env, WEFT_CONTEXT: context };
    const { url, token } = await findAccess(state, env);
    const client = createClient({ url, token });
    const [kind] = kindsOf(kinds);
    if (kind === undefined) return [];
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for await (const object of listObjects(
      client,
      kind,
      placed(kind, { namespace: namespace ?? (await chosenNamespace(state, env)) }),
      signal,
    )) {
      names.push(prefix + kind.nameOf(object));
      if (names.length === MOST) break;
    }
  } catch {
    // What was read before it broke off is offered.
  }
  return names;
}

/** The names of the contexts that are kept; none when they cannot be read. */
export const askContexts = (): Promise<string[]> =>
  readContexts(contextsFile()).then(
    ({ contexts }) => Object.keys(contexts),
    () => [],
  );
