import { Readable } from 'node:stream';
import type { DesiredPull } from '@weft/model';
import { compressed, stored } from './http/gzip.ts';
import { Reply } from './http/reply.ts';

/** A list that many nodes are told alike, in words. */
interface Told {
  readonly text: Buffer;
  /** The same as a member of a gzip file, made when it is first asked for. */
  readonly member: () => Promise<Buffer>;
}

/** A shorter list is not worth compressing, in bytes. */
const SHORT = 1024;

/** Objects in words; an object is never changed once it is read, and is in the lists of nodes at many points. */
const objects = new WeakMap<object, string>();

function wordsOf(object: object): string {
  const known = objects.get(object) ?? JSON.stringify(object);
  objects.set(object, known);
  return known;
}

function inWords(list: readonly object[]): Told {
  const text = Buffer.from(`[${list.map(wordsOf).join(',')}]`);
  let member: Promise<Buffer> | null = null;
  return {
    text,
    member: () => {
      member ??= text.length < SHORT ? Promise.resolve(stored(text)) : compressed(text);
      return member;
    },
  };
}

/** Lists in words; a list is never changed once it is read. */
const words = new WeakMap<readonly object[], Told>();

function told(list: readonly object[]): Told {
  const known = words.get(list) ?? inWords(list);
  words.set(list, known);
  return known;
}

/** Longer answers are sent in gzip to whoever reads it, in bytes: in a storm of 200 changes a second a thousand nodes are told two gigabits a second. */
const PLAIN_MAX = 64 * 1024;

/** Longer ones are not put together for each node, in bytes: hundreds of them are under way at once, and of ten thousand services each is 13 MB. */
const PUT_TOGETHER_MAX = 256 * 1024;

const lengthOf = (parts: readonly Buffer[]) => parts.reduce((sum, { length }) => sum + length, 0);

/** The parts of a frame with what comes between them. */
const between = (frame: readonly Buffer[], lists: readonly Buffer[]) => frame.flatMap((part, at) => [part, ...lists.slice(at, at + 1)]);

function replyOf(parts: readonly Buffer[], encoding: Readonly<Record<string, string>>): Reply {
  const length = lengthOf(parts);
  return new Reply(length > PUT_TOGETHER_MAX ? Readable.from(parts) : Buffer.concat(parts), {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(length),
    ...encoding,
  });
}

/**
 * A pull as JSON. After a change all nodes pull, and what they are told alike is put into words, and compressed, once for those that were answered alike; what is a node's own
 * stands before it. `readsGzip`: whether its node does.
 */
export async function pullReply({ nodes, services, ...own }: DesiredPull, readsGzip: boolean): Promise<Reply> {
  const frame = [`${JSON.stringify(own).slice(0, -1)},"nodes":`, ',"services":', '}'].map((text) => Buffer.from(text));
  const lists = [told(nodes), told(services)];
  const plain = between(
    frame,
    lists.map(({ text }) => text),
  );
  if (!readsGzip || lengthOf(plain) <= PLAIN_MAX) return replyOf(plain, {});
  const members = await Promise.all(lists.map(({ member }) => member()));
  return replyOf(between(frame.map(stored), members), { 'content-encoding': 'gzip' });
}
