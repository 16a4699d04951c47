import type { Database } from '../database/database.ts';

/**
 * Forgets how things were longer ago than that: of what was replaced or went before the horizon nothing is kept, of everything else the one version that was
 * true then and those since. What watches and deltas still read is after the horizon. Answers the earliest revision that can be asked for from now on.
 */
export function forgetPast(database: Database, seconds: number): Promise<number> {
  return database.read(async (tables) => {
    // The position first: a reader that finds its place below it is refused and does not miss what is deleted next.
    const [row] = await tables.$queryRaw<{ horizon: bigint }[]>`
      UPDATE revision_counter SET past_from = GREATEST(past_from, LEAST(oldest, COALESCE((
        SELECT max(revision) FROM change WHERE at < now() - make_interval(secs => ${seconds}::float8)), 0)))
      RETURNING past_from AS horizon`;
    const horizon = row?.horizon ?? 0n;
    await tables.$executeRaw`
      DELETE FROM desired_version v WHERE revision <= ${horizon} AND (body IS NULL OR EXISTS (
        SELECT FROM desired_version n WHERE n.object_id = v.object_id AND n.revision > v.revision AND n.revision <= ${horizon}))`;
    await tables.$executeRaw`
      DELETE FROM object_version v WHERE revision <= ${horizon} AND (type = 'DELETED' OR EXISTS (
        SELECT FROM object_version n WHERE n.kind = v.kind AND n.object_id = v.object_id AND n.revision > v.revision AND n.revision <= ${horizon}))`;
    return Number(horizon);
  });
}
