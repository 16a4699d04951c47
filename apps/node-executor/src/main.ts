import { errorChain } from '@weft/telemetry';
import { ConfigError, readConfig, readLocalConfig } from './config.ts';
import { HostLockedError } from './host-lock.ts';
import { run } from './run.ts';
import { runCleanup } from './run-cleanup.ts';

const USAGE = `usage: weft-node run       program this host as the control plane says
       weft-node cleanup   remove everything weft made from this host`;

/** Exit codes after sysexits(3). */
const EXIT = { usage: 64, failed: 1, locked: 75, config: 78 } as const;

const commands: Readonly<Record<string, () => Promise<number>>> = {
  run: () => run(readConfig(process.env)),
  cleanup: () => runCleanup(readLocalConfig(process.env)),
};

const command = commands[process.argv[2] ?? 'run'];
if (command === undefined || process.argv.length > 3) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = EXIT.usage;
} else
  try {
    // Said outright: nothing that is still open may keep a stopped executor alive.
    process.exit(await command());
  } catch (error) {
    const said = error instanceof HostLockedError ? error.message : errorChain(error);
    process.stderr.write(`weft-node: ${said}\n`);
    process.exitCode = error instanceof ConfigError ? EXIT.config : error instanceof HostLockedError ? EXIT.locked : EXIT.failed;
  }
