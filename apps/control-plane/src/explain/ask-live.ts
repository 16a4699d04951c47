import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AskError, type Asker, LIVE_OBJECTS_MAX, type LiveAnswer, LiveObject, type LiveQuestion } from '@weft/jobs';
import { ProblemError } from '@weft/model';
import { z } from 'zod';

/** How long a node may take to look at ten thousand services, in ms. */
const ANSWER_MS = 20_000;

/** Characters that an answer may unpack to: some KB for each object. */
const UNPACKED_MAX = 16 * 1024 * 1024;

const LiveObjects = z.array(LiveObject).max(LIVE_OBJECTS_MAX);

const unpack = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** A part of what a node found in its kernel. */
export interface LivePart extends Omit<LiveAnswer, 'objects' | 'look' | 'kind'> {
  readonly look: string;
  readonly objects: readonly LiveObject[];
}

/** Everything, until something narrows it. */
export const EVERYTHING: LiveQuestion['select'] = { kinds: null, text: null, identities: null, foreign: null };

async function objectsOf({ objects }: LiveAnswer): Promise<readonly LiveObject[]> {
  const unpacked = await unpack(Buffer.from(objects, 'base64'), { maxOutputLength: UNPACKED_MAX });
  return LiveObjects.parse(JSON.parse(unpacked.toString()));
}

/** Asks a node what is in its kernel. Throws ProblemError Unavailable when it does not answer, Expired when it has forgotten the look that is asked for. */
export async function askLive(asker: Asker, node: string, question: Omit<LiveQuestion, 'kind'>, signal: AbortSignal): Promise<LivePart> {
  const { look, ...answer } = await asker.ask<'live'>(node, { kind: 'live', ...question }, ANSWER_MS, signal).catch((error: unknown) => {
    if (!(error instanceof AskError)) throw error;
    throw new ProblemError('Unavailable', `${node} does not say what is in its kernel: ${error.message}`, [], { cause: error });
  });
  if (look === null) throw new ProblemError('Expired', `${node} no longer keeps the look that this list was made of; start over`);
  return { ...answer, look, objects: await objectsOf({ look, ...answer }) };
}

/** How often a question is asked anew whose look was forgotten between two parts, because many look at once. */
const STARTED_OVER_MAX = 3;

/** Does what asks for several parts of one look, anew when the node has forgotten the look. Throws what it throws. */
export async function startingOver<T>(work: () => Promise<T>): Promise<T> {
  for (let left = STARTED_OVER_MAX; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ProblemError && error.code === 'Expired') || left === 0) throw error;
    }
  }
}
