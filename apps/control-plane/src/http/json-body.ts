import { ProblemError } from '@weft/model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { storableJson } from './storable.ts';

/** The largest body that is read, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/** How much more is received and thrown away so that the sender gets to read its 413, in bytes. */
const DRAIN_LIMIT = 64 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

const unreadable = (reason: string, cause: unknown) =>
  new ProblemError('BadRequest', reason, [{ pointer: '', code: 'InvalidJson', message: reason }], { cause });

/**
 * Reads a body up to the limit. What is beyond it is received and thrown away: an answer sent while the client is still writing, followed by a
 * closed connection, reaches most clients as a reset and not as the 413 it is.
 */
async function readLimited(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      length += chunk.length;
      if (length <= BODY_LIMIT) chunks.push(chunk);
      if (length > DRAIN_LIMIT) break;
    }
  } catch (error) {
    throw unreadable('the body broke off', error);
  }
  if (length > BODY_LIMIT) throw new ProblemError('PayloadTooLarge', `the body is larger than ${BODY_LIMIT} bytes`);
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw unreadable('the body is not UTF-8', error);
  }
}

/** Makes these content types, and no others, be read as JSON. */
export function readJsonBodies(server: FastifyInstance, types: string[]): void {
  // Refuses __proto__ and constructor.prototype keys, which would reach into the prototypes of our own objects.
  const parse = server.getDefaultJsonParser('error', 'error');
  const parsed = (request: FastifyRequest, text: string) =>
    new Promise<unknown>((resolve, reject) => {
      // Clients that always name a content type name it as well where they send nothing.
      if (text === '') return resolve(undefined);
      void parse(request, text, (error, value) => {
        if (error) reject(unreadable('the body is not JSON, or has a key such as __proto__', error));
        else if (storableJson(text, value)) resolve(value);
        else reject(unreadable('a text has a NUL character or half of a surrogate pair', undefined));
      });
    });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(types, async (request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
    parsed(request, decode(await readLimited(payload))),
  );
}
