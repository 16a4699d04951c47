import { ApiError, ConnectionError } from '@weft/sdk';
import { errorChain } from '@weft/telemetry';
import { runCleanup } from './cleanup/run-cleanup.ts';
import { ConfigError, readConfig, readLocalConfig } from './config.ts';
import { HostLockedError } from './host/host-lock.ts';
import { JOIN_USAGE, joinArguments, LEAVE_USAGE, leaveArguments, UsageError } from './identity/arguments.ts';
import { examine } from './identity/examine.ts';
import { JoinError, join } from './identity/join.ts';
import { leave } from './identity/leave.ts';
import { run } from './run.ts';

const USAGE = `usage: weft-node run       program this host as the control plane says
       weft-node join      make this host a node (weft-node join --help)
       weft-node leave     undo that (weft-node leave --help)
       weft-node doctor    say what this host can do and what keeps it from being a node
       weft-node cleanup   remove everything weft made from this host`;

/** The first as those of `weft` (docs/howto/command-line.md), which passes them on; those that a unit is to tell apart after sysexits(3). */
const EXIT = { failed: 1, usage: 2, refused: 3, unanswered: 4, locked: 75, config: 78 } as const;

const say = (line: string) => process.stdout.write(`${line}\n`);

interface Command {
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** A command that takes no arguments. */
function plain(work: () => Promise<number>): Command {
  return {
    usage: USAGE,
    run: (args) => {
      if (args.length > 0) throw new UsageError('it takes no arguments');
      return work();
    },
  };
}

const COMMANDS: Readonly<Record<string, Command>> = {
  run: plain(() => run(readConfig(process.env))),
  cleanup: plain(() => runCleanup(readLocalConfig(process.env))),
  doctor: plain(() => examine(process.env, say)),
  join: { usage: JOIN_USAGE, run: (args) => join(joinArguments(args), say) },
  leave: { usage: LEAVE_USAGE, run: (args) => leave(leaveArguments(args), readLocalConfig(process.env), say) },
};

/** Errors whose message is all that the person at the terminal needs. */
const PLAIN = [HostLockedError, JoinError, ApiError];

const EXIT_OF = [
  [UsageError, EXIT.usage],
  [ConfigError, EXIT.config],
  [HostLockedError, EXIT.locked],
  [ApiError, EXIT.refused],
  [ConnectionError, EXIT.unanswered],
] as const;

const exitCodeOf = (error: unknown): number => EXIT_OF.find(([kind]) => error instanceof kind)?.[1] ?? EXIT.failed;

function sentence(error: unknown, usage: string): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  // What is the matter with a connection (refused, a certificate nobody trusts) is in the causes.
  if (error instanceof ConnectionError || !PLAIN.some((kind) => error instanceof kind)) return errorChain(error);
  return (error as Error).message;
}

const [name = 'run', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = EXIT.usage;
} else if (args.includes('--help')) say(command.usage);
else
  try {
    // Said outright: nothing that is still open may keep a stopped executor alive.
    process.exit(await command.run(args));
  } catch (error) {
    process.stderr.write(`weft-node: ${sentence(error, command.usage)}\n`);
    process.exitCode = exitCodeOf(error);
  }
