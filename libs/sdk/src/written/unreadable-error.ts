/** What somebody has written cannot be understood. Its message is one sentence that says what, and what to write instead. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}
