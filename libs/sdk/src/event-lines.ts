/** One server-sent event: its data, and the id to resume after (HTML Living Standard §9.2.6). */
export interface ServerSentEvent {
  readonly id: string;
  readonly data: string;
}

/** Splits chunks of text into lines that end with LF; a line that was not ended is dropped, as the standard says. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Reads server-sent events out of chunks of text. An event without an id of its own has the last one that was sent. */
export async function* eventsOf(chunks: AsyncIterable<string>): AsyncGenerator<ServerSentEvent> {
  let id = '';
  let data: string[] = [];
  for await (const line of linesOf(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { id, data: data.join('\n') };
      data = [];
    } else if (line.startsWith('id:')) id = line.slice(3).trim();
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
}
