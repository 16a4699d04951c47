const MAX_DEPTH = 10;

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** An error's messages from the outermost to the first cause, joined with `: `. Takes anything that can be thrown. */
export function errorChain(error: unknown): string {
  const parts: string[] = [];
  let link: unknown = error;
  for (let depth = 0; depth < MAX_DEPTH && link !== undefined && link !== null; depth += 1) {
    const text = textOf(link);
    // Many wrappers repeat their cause's message at their own end.
    if (!parts.at(-1)?.endsWith(text)) parts.push(text);
    link = link instanceof Error ? (link.cause ?? firstOf(link)) : null;
  }
  return parts.join(': ');
}

function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  return thrown.message || codeOf(thrown) || thrown.name;
}

/** Node reports a connection that failed on every address as an AggregateError without a message; its first member says why. */
function firstOf(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : undefined;
}

/** What a log line says of an error: its name, the messages of the whole chain, the outermost stack, and the first code found. */
export function describeError(error: unknown): { type: string; message: string; code?: string; stack?: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: errorChain(error) };
  const code = codeOf(error) ?? (error.cause instanceof Error ? codeOf(error.cause) : null);
  return {
    type: error.name,
    message: errorChain(error),
    ...(code === null ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}
