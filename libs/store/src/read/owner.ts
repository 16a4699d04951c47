import type { Reach } from '@weft/model';
import { Prisma } from '../generated/client.ts';

/** An object that asks for something which can belong to only one. */
export interface Claimant {
  readonly id: string;
  readonly namespace: string;
  /** The other namespaces whose objects may be named to whoever asks for it. */
  readonly reach: Reach;
}

/**
 * How the object `o` of a kind that has a thing already is named to one that wants it too, as SQL: whoever may see only some namespaces learns from a refusal that the
 * thing is taken, and not what there is in others.
 */
export function ownerFor(kind: 'pod' | 'service', { namespace, reach }: Claimant): Prisma.Sql {
  const named = Prisma.sql`${kind}::text || ' ' || o.namespace || '/' || o.name`;
  if (reach === null) return named;
  return Prisma.sql`CASE WHEN o.namespace = ANY (${[namespace, ...reach]}) THEN ${named} ELSE 'a ' || ${kind}::text || ' of another namespace' END`;
}
