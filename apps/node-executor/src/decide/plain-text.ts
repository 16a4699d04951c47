/**
 * A program's words as the control plane can keep them: at most `longest` characters, and none that its database cannot hold (NUL and halves of
 * surrogate pairs, which a cut can make; Postgres' documentation of character types). What is taken out shows as U+FFFD.
 */
export function plainText(text: string, longest: number): string {
  return text.slice(0, longest).replaceAll('\0', '\ufffd').toWellFormed();
}
