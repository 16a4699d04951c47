import { join } from 'node:path';

const cli = join(import.meta.dirname, '../apps/cli/dist/main.mjs');

/** Program and arguments that run a command inside a lab node. */
export function labCommand(node: string, command: readonly string[]): [string, string[]] {
  return [process.execPath, [cli, 'lab', 'exec', node, '--', ...command]];
}
