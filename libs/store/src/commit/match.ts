import { ProblemError } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { Match } from '../request-context.ts';

/** Makes sure that an object is the version its sender has seen. Throws ProblemError PreconditionFailed. */
export async function requireMatch(tables: Tables, match: Match, generation: number): Promise<void> {
  if (match === 'any') return;
  const counter = await tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 } });
  if (counter.epoch === match.epoch && generation === match.generation) return;
  const detail = `the object is at "${counter.epoch}.${generation}", not at "${match.epoch}.${match.generation}"`;
  throw new ProblemError('PreconditionFailed', detail, [{ pointer: 'header/if-match', code: 'PreconditionFailed', message: detail }]);
}
