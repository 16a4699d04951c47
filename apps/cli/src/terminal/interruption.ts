import { constants } from 'node:os';

/** What a shell adds to the number of a signal that ended a program. */
const BY_SIGNAL = 128;

/** A signal that is aborted when the person at the terminal, or whoever started this, wants no more of it. The program then ends as shells say of one that was: 130 after Ctrl-C. */
export function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      process.exitCode = BY_SIGNAL + constants.signals[signal];
      stop.abort();
    });
  return stop.signal;
}
