import { z } from 'zod';
import { type IdKind, idSchema } from '../ids.ts';
import { Timestamp } from './vocabulary.ts';

/** The fields that the system adds to every object, beside its `status`. */
export function systemFields<K extends IdKind>(kind: K) {
  return {
    id: idSchema(kind),
    generation: z.int().describe('grows with every change of the spec, never with a change of status'),
    revision: z.int().describe('the cluster revision of the last change, of spec or status'),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  };
}
