import { Plan } from '@weft/model';
import { z } from 'zod';
import type { Answer } from './definition.ts';
import { PLAN } from './examples/plans.ts';

/** The content type of a plan: what a request would do, in the place of what it did. */
export const PLAN_TYPE = 'application/vnd.weft.plan+json';

/** The longest text of a plan token. */
const TOKEN_MAX = 1024;

/** What every operation takes that commits a change. */
export const PLANNING = z.strictObject({
  dryRun: z
    .enum(['plan'])
    .optional()
    .describe(
      'plan: carry everything out up to the commit, use nothing up, and answer what it would do, down to the rules of each node. An Idempotency-Key means nothing then',
    ),
  planToken: z
    .string()
    .max(TOKEN_MAX)
    .optional()
    .describe('the token of a plan of this very request: do exactly what was planned, or answer 409 PlanOutdated'),
});
export type Planning = z.infer<typeof PLANNING>;

/** What every such operation answers to dryRun. */
export const PLANNED: Answer = {
  status: 200,
  description: 'with dryRun=plan: what it would do',
  content: { [PLAN_TYPE]: { schema: Plan, example: PLAN } },
  headers: [],
};
