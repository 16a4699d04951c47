import { ProblemError } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** Between which revisions the past can be told. */
export interface Kept {
  readonly pastFrom: bigint;
  readonly revision: bigint;
}

/** Throws ProblemError Expired for a revision before what is kept, BadRequest for one that is still to come, which the request has at `pointer`. */
export function requireKept({ pastFrom, revision: newest }: Kept, revision: number, pointer = 'query/revision'): void {
  if (revision < pastFrom)
    throw new ProblemError(
      'Expired',
      `how it was at revision ${revision} is no longer kept; the earliest that can be told is revision ${pastFrom}`,
    );
  if (revision > newest) {
    const message = `the newest revision is ${newest}`;
    throw new ProblemError('BadRequest', `revision ${revision} is still to come: ${message}`, [{ pointer, code: 'OutOfRange', message }]);
  }
}

export async function readKept(tables: Tables): Promise<Kept> {
  return tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 }, select: { pastFrom: true, revision: true } });
}

/** The newest revision that was committed at or before a time (RFC 3339). Throws ProblemError Expired. */
export async function revisionAt(tables: Tables, time: string): Promise<number> {
  const last = await tables.change.findFirst({
    where: { at: { lte: time } },
    orderBy: [{ at: 'desc' }, { revision: 'desc' }],
    select: { revision: true },
  });
  const revision = Number(last?.revision ?? 0);
  if (revision < (await readKept(tables)).pastFrom) throw new ProblemError('Expired', `how it was at ${time} is no longer kept`);
  return revision;
}
