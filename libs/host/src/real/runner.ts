import { CommandError, type CommandResult, runCommand } from '../exec.ts';
import type { OwnProcesses } from '../monitor/own-processes.ts';

/** Runs commands on one host. */
export interface Runner {
  /** Tells what came of a command; never rejects. */
  run(argv: readonly string[], input?: string): Promise<CommandResult>;
  /** What a command printed. Throws CommandError when it fails. */
  read(argv: readonly string[], input?: string): Promise<string>;
  /** As `run`, for what may print megabytes and is told nothing. */
  list(argv: readonly string[]): Promise<CommandResult>;
  /** The argv with what leads onto the host put before it. */
  onHost(argv: readonly string[]): readonly [string, ...string[]];
}

/**
 * A runner of commands on the host that `enter` leads to: an argv prefix such as `nsenter -t PID -n -m`; empty: this host. `own` is told of each process.
 */
export function makeRunner(enter: readonly string[], own?: OwnProcesses): Runner {
  const onHost = (argv: readonly string[]): readonly [string, ...string[]] => {
    const [file = '', ...args] = [...enter, ...argv];
    return [file, ...args];
  };
  const run = async (argv: readonly string[], input?: string): Promise<CommandResult> => {
    let ended: () => void = () => undefined;
    const onStart = (pid: number | undefined) => {
      // Whatever changes something is told what on its standard input.
      if (input !== undefined) ended = own?.began(pid, argv[0] ?? '').ended ?? ended;
    };
    const result = await runCommand({ argv: onHost(argv), onStart, ...(input === undefined ? {} : { input }) });
    ended();
    return { ...result, argv };
  };
  return {
    run,
    list: async (argv) => ({ ...(await runCommand({ argv: onHost(argv), listing: true })), argv }),
    onHost,
    async read(argv, input) {
      const result = await run(argv, input);
      if (result.exitCode !== 0) throw new CommandError(result);
      return result.stdout;
    },
  };
}
