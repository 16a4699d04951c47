import { Prisma } from '../generated/client.ts';

/** An object that asks for something which can belong to only one. */
export interface Claimant {
  readonly id: string;
  readonly namespace: string;
}

/**
 * How the object `o` of a kind that has a thing already is named to one that wants it too, as SQL: whoever may see only some namespaces learns from a refusal that the
 * thing is taken, and not what there is in others.
 */
export const ownerFor = (kind: 'pod' | 'service', { namespace }: Claimant): Prisma.Sql =>
  Prisma.sql`CASE WHEN o.namespace = ${namespace} THEN ${kind}::text || ' ' || o.namespace || '/' || o.name ELSE 'a ' || ${kind}::text || ' of another namespace' END`;
