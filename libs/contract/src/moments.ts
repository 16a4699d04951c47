import { z } from 'zod';

/** A cluster revision in a query. */
const Revision = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a revision: a whole number')
  .transform(Number)
  .meta({ type: 'integer', minimum: 0 });

/** A time in a query, no earlier and no later than any database can hold. */
const Time = z.iso
  .datetime({ offset: true })
  .refine((text) => /^(19|2\d)/.test(text), 'must be a time of the years 1900 to 2999')
  .meta({ format: 'date-time' });

/** When: one of both, or now. */
export const MOMENT = {
  revision: Revision.optional().describe('as of this cluster revision; now when nothing is said'),
  at: Time.optional().describe('as of the newest revision committed at or before this time (RFC 3339); not together with revision'),
} as const;

/** From when to when. */
export const SPAN = {
  from: z.union([Revision, Time]).describe('a cluster revision, or a time (RFC 3339)'),
  to: z.union([Revision, Time]).optional().describe('the same; now when nothing is said'),
} as const;
