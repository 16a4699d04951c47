import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findAccess } from '../api/connect.ts';
import { repositoryRoot } from '../repository.ts';
import { stateDirectory } from '../state/paths.ts';
import { UserError } from '../user-error.ts';
import { runProgram } from './run-program.ts';

/** Runs the benchmark `bench/<area>.ts` against the running fleet. */
export async function bench(area: string, options: { readonly json: boolean; readonly state?: string }): Promise<void> {
  const file = join(repositoryRoot(), 'bench', `${area}.ts`);
  if (!/^[a-z][a-z-]*$/.test(area) || !existsSync(file)) throw new UserError(`there is no benchmark ${area}: see the folder bench`);
  const { url, token } = await findAccess(options.state);
  const env = { WEFT_URL: url, WEFT_TOKEN: token, WEFT_STATE: stateDirectory(options.state) };
  await runProgram(file, options.json ? ['--json'] : [], env);
}
