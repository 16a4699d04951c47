import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import type { ConcernedNodes, Stamp } from './change.ts';

/** Takes the next revision, as a statement within another one whose change concerns all nodes or none. */
export function takingRevision(concerns: ConcernedNodes): Prisma.Sql {
  const fleet = concerns === 'all' ? Prisma.sql`, fleet_revision = revision + 1` : Prisma.empty;
  return Prisma.sql`UPDATE revision_counter SET revision = revision + 1 ${fleet} RETURNING revision, clock_timestamp()::timestamptz(3) AS at`;
}

/** A stamp that was taken, in the place of a statement that takes one. */
export const knownStamp = ({ revision, at }: Stamp): Prisma.Sql =>
  Prisma.sql`SELECT ${revision}::bigint AS revision, ${at}::timestamptz AS at`;

/** Takes the next revision. The counter's row stays locked until the commit, so revisions become visible in their order. */
export async function nextRevision(tables: Tables, concerns: ConcernedNodes): Promise<Stamp> {
  const [stamp] = await tables.$queryRaw<Stamp[]>(takingRevision(concerns));
  if (stamp === undefined) throw new Error('the cluster is not initialised: run the control plane with `migrate` first');
  if (concerns !== 'all' && concerns.length > 0)
    void tables.$executeRaw`
      UPDATE node_state SET own_revision = ${stamp.revision} WHERE node_id = ANY (${concerns.map((node) => node.id)}::text[])`;
  return stamp;
}
