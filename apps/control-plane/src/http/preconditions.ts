import type { AnyCall } from '@weft/contract';
import { ProblemError } from '@weft/model';
import type { Match } from '@weft/store';

/** The strong ETag of an object: it changes with every change of its spec, and never with a change of its status. */
export function etagOf(epoch: string, object: { readonly generation: number }): string {
  return `"${epoch}.${object.generation}"`;
}

const ETAG = /^"([0-9A-Za-z_-]{1,64})\.(\d{1,15})"$/;

/** What no object ever has, for an If-Match that is not an ETag of ours. */
const NEVER: Match = { epoch: '', generation: -1 };

/** The version the caller wants to change. Throws PreconditionRequired without If-Match. */
export function matchOf(call: AnyCall): Match {
  if (call.ifMatch === null)
    throw new ProblemError('PreconditionRequired', 'send If-Match with the ETag the object was read with, or *', [
      { pointer: 'header/if-match', code: 'Required', message: 'is needed' },
    ]);
  if (call.ifMatch.trim() === '*') return 'any';
  const [, epoch, generation] = ETAG.exec(call.ifMatch.trim()) ?? [];
  return epoch === undefined ? NEVER : { epoch, generation: Number(generation) };
}
