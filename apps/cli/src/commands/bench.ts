import { join } from 'node:path';
import { findAccess } from '../api/connect.ts';
import { repositoryRoot } from '../repository.ts';
import { stateDirectory } from '../state/paths.ts';
import { UserError } from '../user-error.ts';
import { runProgram } from './run-program.ts';

/** Has the benchmarks run, which know their arguments and explain them. They are told of the fleet that runs, if one does: a few measure that. */
export async function bench(args: readonly string[], options: { readonly state?: string }): Promise<void> {
  await runProgram(join(repositoryRoot(), 'bench/main.ts'), args, await fleetIfAny(options.state));
}

async function fleetIfAny(state: string | undefined): Promise<Record<string, string>> {
  try {
    const { url, token } = await findAccess(state);
    return { WEFT_URL: url, WEFT_TOKEN: token, WEFT_STATE: stateDirectory(state) };
  } catch (error) {
    if (error instanceof UserError && state === undefined) return {};
    throw error;
  }
}
