/** What a shell makes of SIGINT. */
const INTERRUPTED = 130;

/** Something the person at the terminal can do something about. Its message is one sentence that says what; it is shown without a stack. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  /** What the program ends with. */
  readonly exitCode: number = 1;
}

/** The person at the terminal wanted no more of it. */
export class InterruptedError extends UserError {
  override readonly name = 'InterruptedError';
  override readonly exitCode = INTERRUPTED;

  constructor() {
    super('interrupted; what was started is stopped again');
  }
}
