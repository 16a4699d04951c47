import { chosenContext } from './contexts.ts';

/** The namespace of objects for which none is given: WEFT_NAMESPACE, else that of the context, else `default`. */
export async function chosenNamespace(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return env.WEFT_NAMESPACE || ((await chosenContext(env))?.namespace ?? 'default');
}
