import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { type AnyCall, NDJSON_TYPE } from '@weft/contract';
import { ProblemError } from '@weft/model';
import { errorChain, type Logger } from '@weft/telemetry';
import { Reply } from '../http/reply.ts';
import { LOG } from '../tokens.ts';

/** As many exports may be sent by one replica at a time. */
export const EXPORTS_MAX = 20;

/** Characters that are put together before they are sent. */
const CHUNK = 64 * 1024;

/** Objects as lines of JSON, in chunks. */
async function* chunksOf(first: IteratorResult<object>, rest: AsyncIterator<object>): AsyncGenerator<string> {
  let chunk = '';
  for (let next = first; !next.done; next = await rest.next()) {
    chunk += `${JSON.stringify(next.value)}\n`;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** Sends any number of objects without holding them: the next are read from the database when the client has read the ones before. */
@Injectable()
export class Exports {
  private readonly open = new Set<Readable>();

  constructor(@Inject(LOG) private readonly log: Logger) {}

  /** What goes wrong before the first object is a problem; later the answer breaks off. Throws ProblemError. */
  async send({ requestId }: AnyCall, objects: AsyncIterable<object>): Promise<Reply> {
    if (this.open.size >= EXPORTS_MAX) throw new ProblemError('Unavailable', `this replica sends ${EXPORTS_MAX} exports already`);
    const iterator = objects[Symbol.asyncIterator]();
    const body = Readable.from(chunksOf(await iterator.next(), iterator), { highWaterMark: 1 });
    this.open.add(body);
    body.once('close', () => {
      this.open.delete(body);
      void iterator.return?.();
    });
    body.on('error', (error) => this.log.warn({ why: errorChain(error), requestId }, 'an export broke off'));
    return new Reply(body, { 'Content-Type': NDJSON_TYPE });
  }

  /** Breaks all exports off: the process is going down. */
  stop(): void {
    for (const body of this.open) body.destroy();
  }
}
