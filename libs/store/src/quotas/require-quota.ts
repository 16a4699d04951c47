import { ProblemError, QUOTA_FIELDS, type QuotaField, type QuotaLimits } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { usageOf } from './usage.ts';

/** How much more a change makes a namespace hold; what is not named stays as it is, what is not positive takes up no room. */
export type Adding = Partial<Record<QuotaField, number>>;

/**
 * Makes sure that a namespace may hold so much more. Whoever adds to a namespace with a limit on the same waits here until this transaction has ended: counting
 * without that, two of them would both find the last place free. Throws ProblemError QuotaExceeded.
 */
export async function requireQuota(tables: Tables, namespace: string, adding: Adding): Promise<void> {
  const more = QUOTA_FIELDS.filter((field) => (adding[field] ?? 0) > 0);
  if (more.length === 0 || (await limitedOf(tables, namespace, more)).length === 0) return;
  await lock(tables, `quota:${namespace}`);
  // The limits may have changed while this waited.
  const limited = await limitedOf(tables, namespace, more);
  const used = await usageOf(tables, namespace, more);
  const errors = limited.flatMap(({ field, limit }) => {
    if (used[field] + (adding[field] ?? 0) <= limit) return [];
    const message = `namespace ${namespace} holds ${used[field]} ${field} of at most ${limit}, and this would add ${adding[field]}`;
    return [{ pointer: '/namespace', code: 'QuotaExceeded', message }];
  });
  if (errors[0]) throw new ProblemError('QuotaExceeded', errors[0].message, errors);
}

/** Which of these things a namespace may not hold without limit. */
async function limitedOf(
  tables: Tables,
  namespace: string,
  fields: readonly QuotaField[],
): Promise<{ field: QuotaField; limit: number }[]> {
  const [quota] = await tables.$queryRaw<{ limits: QuotaLimits }[]>`SELECT limits FROM quota WHERE namespace = ${namespace}`;
  const limits = quota?.limits;
  return fields.flatMap((field) => {
    const limit = limits?.[field] ?? null;
    return limit === null ? [] : [{ field, limit }];
  });
}
