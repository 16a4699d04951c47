import { DnsLabel, parseLabelSelector } from '@weft/model';
import { z } from 'zod';

/** How many objects a list holds when nothing is said, and at most. */
export const LIST_LIMIT = { default: 100, max: 1000 } as const;

/** A list: some objects, where to go on, and the revision the objects were read at; with what else there is to say of all of them. */
export function listOf<T extends z.ZodType, M extends z.ZodRawShape = Record<never, never>>(item: T, id: string, more: M = {} as M) {
  return z
    .strictObject({
      ...more,
      items: z.array(item),
      nextCursor: z.string().nullable().describe('send it as cursor to get the next objects; null: these were the last'),
      revision: z.int().describe('cluster revision of the list; a watch with since=<epoch>.<revision> goes on from here'),
    })
    .meta({ id });
}

/** A label selector in a query, parsed. */
const LabelSelector = z
  .string()
  .max(2048)
  .transform((text, context) => {
    const requirements = parseLabelSelector(text);
    if (requirements !== null) return requirements;
    context.addIssue({ code: 'custom', message: 'must be a label selector such as app=web,tier!=db,env in (a,b)' });
    return z.NEVER;
  })
  .describe('only objects whose labels fulfil it: app=web,tier!=db,env in (a,b),canary,!old');

/** A whole number in a query. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .meta({ type: 'integer', minimum: min, maximum: max });

/** The query every list takes. */
export const ListQuery = z.strictObject({
  limit: wholeNumber(1, LIST_LIMIT.max).default(LIST_LIMIT.default).describe(`how many objects at most, 1 to ${LIST_LIMIT.max}`),
  cursor: z.string().max(1024).optional().describe('nextCursor of the list before'),
});

/** Filters that some lists take beside it. */
export const FILTERS = {
  name: DnsLabel.optional().describe('only objects of this name'),
  namespace: DnsLabel.optional().describe('only objects of this namespace'),
  labelSelector: LabelSelector.optional(),
  node: DnsLabel.optional().describe('only objects on the node of this name'),
  service: DnsLabel.optional().describe('only endpoints of the service of this name'),
  requestId: z.string().min(1).max(128).optional().describe('only what came from the request of this id'),
  object: z.string().min(1).max(64).optional().describe('only what is about the object of this id'),
  actor: z.string().min(1).max(63).optional().describe('only changes made by the user or node of this name'),
  since: z.iso.datetime().optional().describe('only what happened at this time or later'),
  until: z.iso.datetime().optional().describe('only what happened before this time'),
  operation: z.string().min(1).max(64).optional().describe('only changes made by this operation, such as serviceCreate'),
} as const;

/** A position in the stream of changes: `<epoch>.<revision>`. */
export const WATCH_POSITION = /^([0-9A-Za-z-]{1,64})\.(\d{1,15})$/;

/** The query of a list that can be watched. */
export const WatchQuery = z.strictObject({
  watch: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .default(false)
    .meta({ type: 'boolean' })
    .describe('true: keep the answer open and send every change as a server-sent event'),
  since: z.string().max(128).optional().describe('watch only: continue after this position, <epoch>.<revision>; as Last-Event-ID'),
});

/** One event of a watch, as its data line has it. */
export function watchEventOf<T extends z.ZodType>(item: T, id: string) {
  return z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('ADDED'), object: item }),
      z.strictObject({ type: z.literal('MODIFIED'), object: item }),
      z.strictObject({ type: z.literal('DELETED'), object: item }),
      z.strictObject({
        type: z.literal('BOOKMARK'),
        revision: z.int().describe('everything up to this revision has been sent'),
        synced: z.boolean().describe('true on the one that ends the initial list'),
      }),
    ])
    .meta({ id });
}
