import 'reflect-metadata';
import { ProblemError } from '@weft/model';
import { errorChain, TrustError, trustOnly } from '@weft/telemetry';
import { migrate } from './commands/migrate.ts';
import { openapi } from './commands/openapi.ts';
import { restored } from './commands/restored.ts';
import { serve } from './commands/serve.ts';
import { type Config, readConfig, StartupError } from './config.ts';

/** Reads the environment, and believes from now on whom it says. Throws StartupError and TrustError. */
function configured(): Config {
  const config = readConfig(process.env);
  if (config.WEFT_CA_FILE !== undefined) trustOnly(config.WEFT_CA_FILE);
  return config;
}

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  migrate: () => migrate(configured()),
  restored: () => restored(configured()),
  serve: () => serve(configured()),
  openapi,
};

const [name = 'serve', ...rest] = process.argv.slice(2);

try {
  const command = COMMANDS[name];
  if (command === undefined || rest.length > 0) throw new StartupError(`usage: main.mjs [${Object.keys(COMMANDS).join('|')}]`);
  await command();
} catch (error) {
  // What an operator can put right is one sentence; anything else comes with its stack.
  const expected = [StartupError, ProblemError, TrustError].some((kind) => error instanceof kind);
  process.stderr.write(`weft control plane: ${expected ? errorChain(error) : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
