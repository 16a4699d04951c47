import { Prisma } from '../generated/client.ts';

/** A service that asks for something which can belong to only one. */
export interface Claimant {
  readonly id: string;
  readonly namespace: string;
}

/**
 * How the service `s` that has a thing already is named to one that wants it too, as SQL: whoever may see only some namespaces learns from a refusal that the
 * thing is taken, and not what there is in others.
 */
export const ownerFor = ({ namespace }: Claimant): Prisma.Sql =>
  Prisma.sql`CASE WHEN s.namespace = ${namespace} THEN 'service ' || s.namespace || '/' || s.name ELSE 'a service of another namespace' END`;
