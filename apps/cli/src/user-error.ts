/** Something the person at the terminal can do something about. Its message is one sentence that says what; it is shown without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
