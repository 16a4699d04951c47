import { randomInt } from 'node:crypto';
import { Prisma } from '../generated/client.ts';
import type { Stamp } from './change.ts';

/** Revisions that no cluster comes to, and a year that no clock shows. */
const FAR_REVISION = 2 ** 52;
const FAR_YEAR = Date.UTC(9000);
const SPREAD = 2 ** 47;

/**
 * Stands for a stamp in texts that are sent before it is known, so that no other change waits while it travels here and back. Nobody outside of this process can know it, and so no
 * object can hold it by intent or, among 2⁹⁰, by chance.
 */
export const STAND_IN: Stamp = {
  revision: BigInt(FAR_REVISION + randomInt(SPREAD)),
  at: new Date(FAR_YEAR + randomInt(2 ** 43)),
};

/** JSON in which a stamp stands that is not known yet, as the database fills it in: of the row `stamp`. */
export function filledIn(text: string | null): Prisma.Sql {
  return Prisma.sql`replace(replace(${text}::text, ${String(STAND_IN.revision)}, stamp.revision::text), ${STAND_IN.at.toISOString()},
    to_char(stamp.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::jsonb`;
}
