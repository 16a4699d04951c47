import 'reflect-metadata';
import { ProblemError } from '@weft/model';
import { errorChain } from '@weft/telemetry';
import { migrate } from './commands/migrate.ts';
import { openapi } from './commands/openapi.ts';
import { serve } from './commands/serve.ts';
import { readConfig, StartupError } from './config.ts';

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  migrate: () => migrate(readConfig(process.env)),
  serve: () => serve(readConfig(process.env)),
  openapi,
};

const [name = 'serve', ...rest] = process.argv.slice(2);

try {
  const command = COMMANDS[name];
  if (command === undefined || rest.length > 0) throw new StartupError(`usage: main.mjs [${Object.keys(COMMANDS).join('|')}]`);
  await command();
} catch (error) {
  // What an operator can put right is one sentence; anything else comes with its stack.
  const expected = error instanceof StartupError || error instanceof ProblemError;
  process.stderr.write(`weft control plane: ${expected ? errorChain(error) : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
