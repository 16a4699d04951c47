import { z } from 'zod';
import { parseLabelSelector } from '../labels.ts';
import { DnsLabel } from '../names.ts';

/** The kinds of objects that can be brought back. Endpoints managed by hand come with their services. */
export const ROLLBACK_KINDS = ['namespace', 'node', 'service', 'pod'] as const;

/** The most objects that one rollback changes: everybody else's changes wait for the transaction. */
export const ROLLBACK_OBJECTS_MAX = 200;

const RollbackKind = z.enum(ROLLBACK_KINDS).meta({ id: 'RollbackKind' });

/** Which objects are brought back: those that all of it fits, as they were or as they are. */
const RollbackSelection = z
  .strictObject({
    kinds: z
      .array(RollbackKind)
      .min(1)
      .max(ROLLBACK_KINDS.length)
      .default(['service', 'pod'])
      .describe('services come with their endpoints managed by hand; nodes are only changed, never made or deleted'),
    namespace: DnsLabel.optional().describe('only what is in this namespace'),
    labelSelector: z
      .string()
      .max(2048)
      .refine((text) => parseLabelSelector(text) !== null, 'must be a label selector such as app=web,tier!=db,env in (a,b)')
      .optional()
      .describe('only what had, or has, labels that fulfil it'),
    ids: z
      .array(z.string().max(64))
      .min(1)
      .max(ROLLBACK_OBJECTS_MAX)
      .optional()
      .describe('only objects that have, or had, one of these ids'),
    deleteNewer: z.boolean().default(false).describe('true: what of it was made since is deleted'),
  })
  .refine(
    ({ namespace, labelSelector, ids }) => [namespace, labelSelector, ids].some((one) => one !== undefined),
    'must say which objects: by namespace, labelSelector or ids',
  )
  .meta({ id: 'RollbackSelection' });

/** What a user sends to have objects as they were. */
export const RollbackCreate = z
  .strictObject({
    toRevision: z.int().min(0).optional().describe('as of this revision'),
    toTime: z.iso
      .datetime({ offset: true })
      .refine((text) => /^(19|2\d)/.test(text), 'must be a time of the years 1900 to 2999')
      .optional()
      .describe('as of the newest revision committed at or before this time; one of both is needed'),
    selection: RollbackSelection,
  })
  .refine(({ toRevision, toTime }) => (toRevision === undefined) !== (toTime === undefined), 'must have toRevision or toTime, and not both')
  .meta({ id: 'RollbackCreate' });
export type RollbackCreate = z.infer<typeof RollbackCreate>;

/** What a rollback did to one object. */
export const RollbackChange = z
  .strictObject({
    action: z
      .enum(['created', 'updated', 'deleted', 'unchanged'])
      .describe('what cannot be changed in place is deleted and created; unchanged: it had become what it was meanwhile'),
    kind: z.enum([...ROLLBACK_KINDS, 'endpoint']),
    id: z.string().describe('what is created again has a new id'),
    namespace: DnsLabel.nullable(),
    name: z.string().describe('of an endpoint: its service, address and port'),
  })
  .meta({ id: 'RollbackChange' });
export type RollbackChange = z.infer<typeof RollbackChange>;

/** What a rollback did, in this order and in one transaction. */
export const Rollback = z
  .strictObject({
    toRevision: z.int().describe('the revision that objects were brought back to'),
    undoRevision: z.int().describe('a rollback of the same selection to this revision, with deleteNewer, undoes this one'),
    changes: z.array(RollbackChange),
  })
  .meta({ id: 'Rollback' });
export type Rollback = z.infer<typeof Rollback>;
