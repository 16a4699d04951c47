import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { ObjectReference } from './audit.ts';
import { NodeProgress, Timestamp } from './vocabulary.ts';

/** How far one committed change has come on the nodes it concerns. */
export const Operation = z
  .strictObject({
    id: idSchema('operation'),
    operation: z.string().describe('operation id, such as serviceCreate'),
    requestId: z.string(),
    object: ObjectReference,
    revision: z.int(),
    createdAt: Timestamp,
    phase: z.enum(['Pending', 'Frozen', 'Applied', 'Failed']),
    nodes: NodeProgress,
  })
  .meta({ id: 'Operation' });
export type Operation = z.infer<typeof Operation>;
