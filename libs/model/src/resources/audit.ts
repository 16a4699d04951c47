import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { Timestamp } from './vocabulary.ts';

/** What an audit event or an operation is about. */
export const ObjectReference = z
  .strictObject({ kind: z.string(), id: z.string(), namespace: z.string().nullable(), name: z.string() })
  .meta({ id: 'ObjectReference' });
export type ObjectReference = z.infer<typeof ObjectReference>;

/** Who asked for what: one row for every change that was committed. */
export const AuditEvent = z
  .strictObject({
    id: idSchema('audit'),
    at: Timestamp,
    requestId: z.string(),
    actor: z.strictObject({ kind: z.enum(['user', 'node', 'system']), name: z.string(), tokenId: z.string().nullable() }),
    sourceAddress: z.string().nullable(),
    operation: z.string().describe('operation id, such as serviceCreate'),
    object: ObjectReference,
    revision: z.int(),
    before: z.unknown().describe('the object before, null when it was created'),
    after: z.unknown().describe('the object after, null when it was deleted'),
    concernedNodes: z.union([z.literal('all'), z.array(z.string())]).describe('ids of the nodes that had to know of it'),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof AuditEvent>;
