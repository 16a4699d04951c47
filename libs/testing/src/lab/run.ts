import { CommandError, runCommand } from '@weft/host';

/**
 * Runs a command that must succeed, and returns what it printed.
 *
 * @throws CommandError when it does not
 */
export async function must(argv: readonly [string, ...string[]], input = ''): Promise<string> {
  const result = await runCommand({ argv, input });
  if (result.exitCode !== 0) throw new CommandError(result);
  return result.stdout;
}
