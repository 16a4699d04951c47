import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findAccess } from '../api/connect.ts';
import { repositoryRoot } from '../repository.ts';
import { stateDirectory } from '../state/paths.ts';
import { UserError } from '../user-error.ts';
import { runProgram } from './run-program.ts';

/** Benchmarks that make everything they need themselves. The others measure the running fleet. */
const ALONE: ReadonlySet<string> = new Set(['dataplane', 'history']);

/** Runs the benchmark `bench/<area>.ts`. Throws UserError when there is none, or no fleet for one that needs it. */
export async function bench(area: string, options: { readonly json: boolean; readonly state?: string }): Promise<void> {
  const file = join(repositoryRoot(), 'bench', `${area}.ts`);
  if (!/^[a-z][a-z-]*$/.test(area) || !existsSync(file)) throw new UserError(`there is no benchmark ${area}: see the folder bench`);
  await runProgram(file, options.json ? ['--json'] : [], ALONE.has(area) ? {} : await environment(options.state));
}

async function environment(state: string | undefined): Promise<Record<string, string>> {
  const { url, token } = await findAccess(state);
  return { WEFT_URL: url, WEFT_TOKEN: token, WEFT_STATE: stateDirectory(state) };
}
