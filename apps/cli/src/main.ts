import { Command } from 'commander';
import { addAccessCommands } from './program/access.ts';
import { addAuditCommands } from './program/audit.ts';
import { addDocumentCommands } from './program/documents.ts';
import { addFleetCommands } from './program/fleet.ts';
import { addHistoryCommands } from './program/history.ts';
import { addNodeCommands } from './program/node.ts';
import { addPacketCommands } from './program/packets.ts';
import { addRolloutCommands } from './program/rollout.ts';
import { addRuleCommands } from './program/rules.ts';
import { UserError } from './user-error.ts';

// Every command's code is loaded when it is run: what is not used costs no start-up time.
const program = new Command('weft')
  .enablePositionalOptions()
  .description('A network for pods and stable, load-balanced addresses for services, on plain Linux hosts.')
  .showHelpAfterError('(weft --help lists the commands)')
  .addHelpText('after', '\nweft test [unit|kernel|guest|ipvs|server|lab|fault] runs the tests. Start with: weft demo');

for (const add of [
  addFleetCommands,
  addDocumentCommands,
  addHistoryCommands,
  addRuleCommands,
  addPacketCommands,
  addNodeCommands,
  addRolloutCommands,
  addAccessCommands,
  addAuditCommands,
])
  add(program);

/** Errors whose message is all that the person at the terminal needs. */
const EXPECTED = new Set(['UserError', 'InterruptedError', 'ApiError', 'EmbeddedServerError', 'TrustError']);

/** The one sentence that an error comes to; null: it is a mistake of ours, and its stack is needed. */
async function sentence(error: unknown): Promise<string | null> {
  if (!(error instanceof Error)) return null;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'EACCES') return `${path} belongs to another user: run this as its owner`;
  // Whether nothing listens, a name is not known or an authority not trusted is in its causes.
  if (error.name === 'ConnectionError') return (await import('@weft/telemetry')).errorChain(error);
  return EXPECTED.has(error.name) ? error.message : null;
}

try {
  await program.parseAsync();
} catch (error) {
  const said = await sentence(error);
  console.error(said === null ? error : `weft: ${said}`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
