/** What the program ends with; docs/howto/command-line.md says it in words. */
export const EXIT = {
  done: 0,
  /** It failed, or the answer to what was asked is no. */
  failed: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** The API refused it. */
  refused: 3,
  /** Nobody answered. */
  noAnswer: 4,
  /** What was waited for did not come in time. */
  timeout: 5,
  /** What a shell makes of SIGINT. */
  interrupted: 130,
} as const;

/** Something the person at the terminal can do something about. Its message is one sentence that says what; it is shown without a stack. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  /** What the program ends with. */
  readonly exitCode: number = EXIT.failed;
}

/** The person at the terminal wanted no more of it. */
export class InterruptedError extends UserError {
  override readonly name = 'InterruptedError';
  override readonly exitCode = EXIT.interrupted;

  constructor() {
    super('interrupted; what was started is stopped again');
  }
}

/** What was waited for did not come in time. */
export class TimeoutError extends UserError {
  override readonly name = 'TimeoutError';
  override readonly exitCode = EXIT.timeout;
}
