import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import type { ConcernedNodes, Stamp } from './change.ts';

/** Takes the next revision. The counter's row stays locked until the commit, so revisions become visible in their order. */
export async function nextRevision(tables: Tables, concerns: ConcernedNodes): Promise<Stamp> {
  const fleet = concerns === 'all' ? Prisma.sql`, fleet_revision = revision + 1` : Prisma.empty;
  const [stamp] = await tables.$queryRaw<Stamp[]>`
    UPDATE revision_counter SET revision = revision + 1 ${fleet} RETURNING revision, clock_timestamp()::timestamptz(3) AS at`;
  if (stamp === undefined) throw new Error('the cluster is not initialised: run the control plane with `migrate` first');
  if (concerns !== 'all' && concerns.length > 0)
    void tables.$executeRaw`
      UPDATE node_state SET own_revision = ${stamp.revision} WHERE node_id = ANY (${concerns.map((node) => node.id)}::text[])`;
  return stamp;
}
