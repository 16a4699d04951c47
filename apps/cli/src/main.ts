import { CommanderError } from 'commander';
import { inOurWords } from './program/kubectl-words.ts';
import { weftProgram } from './program/program.ts';
import { EXIT, UserError } from './user-error.ts';

/** Errors whose message is all that the person at the terminal needs. */
const EXPECTED = new Set(['ApiError', 'EmbeddedServerError', 'TrustError', 'UnreadableError']);

/** The one sentence that an error comes to; null: it is a mistake of ours, and its stack is needed. */
async function sentence(error: unknown): Promise<string | null> {
  if (!(error instanceof Error)) return null;
  const { code, path } = error as NodeJS.ErrnoException;
  if (error instanceof UserError) return error.message;
  if (code === 'EACCES') return `${path} belongs to another user: run this as its owner`;
  // Whether nothing listens, a name is not known or an authority not trusted is in its causes.
  if (error.name === 'ConnectionError') return (await import('@weft/telemetry')).errorChain(error);
  return EXPECTED.has(error.name) ? error.message : null;
}

/** What the program ends with for an error. */
function exitCodeOf(error: unknown): number {
  if (error instanceof UserError) return error.exitCode;
  if (!(error instanceof Error)) return EXIT.failed;
  if (error.name === 'ConnectionError') return EXIT.noAnswer;
  return error.name === 'ApiError' ? EXIT.refused : EXIT.failed;
}

/** Whoever reads what is printed has seen enough, such as `weft get pods -A | head`. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

try {
  const program = weftProgram();
  await program.parseAsync(inOurWords(program, process.argv.slice(2)), { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what it is about; its own status is 0 for a help that was asked for.
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else {
    const said = await sentence(error);
    console.error(said === null ? error : `weft: ${said}`);
    process.exitCode = exitCodeOf(error);
  }
}
