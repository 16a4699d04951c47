import { chosenContext } from './contexts.ts';

/**
 * The namespace of objects for which none is given: WEFT_NAMESPACE, else that of the context that is meant, else `default`. A state directory of
 * `--state` is no context: then none is meant.
 */
export async function chosenNamespace(stateOption: string | undefined, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const context = stateOption === undefined ? await chosenContext(env) : null;
  return env.WEFT_NAMESPACE || (context?.namespace ?? 'default');
}
