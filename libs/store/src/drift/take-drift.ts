import { type NodeDriftReport, type NodeDriftReportAnswer, ProblemError } from '@weft/model';
import type { Database } from '../database/database.ts';
import { lock } from '../database/locks.ts';

interface Said {
  readonly name: string;
}

/**
 * Keeps what a node says of drift, if the session is still its own. An event that is known is replaced by what is said of it now, unless that is older: a report may
 * come twice, and out of order. No revision and no history, as nobody asked for any of it: a report has a position among all others, in the order of their
 * commits, and its events are at that.
 */
export async function takeDrift(
  database: Database,
  nodeId: string,
  { session, standing, events }: NodeDriftReport,
): Promise<NodeDriftReportAnswer> {
  return database.transaction(async (tables) => {
    const [node] = await tables.$queryRaw<Said[]>`
      UPDATE node_state s SET drifts = ${standing}::int,
        drifted_at = CASE WHEN ${standing}::int = 0 THEN NULL ELSE COALESCE(s.drifted_at, clock_timestamp()) END
      FROM node n WHERE n.id = s.node_id AND s.node_id = ${nodeId} AND s.session = ${session} RETURNING n.name`;
    if (node === undefined)
      throw new ProblemError('StaleSession', 'another executor has opened a session for this node; stop, or open a new one');
    if (events.length === 0) return { kept: 0 };
    await lock(tables, 'drift-positions');
    const kept = await tables.$executeRaw`
      INSERT INTO drift_event (id, node_id, node_name, report, last_at, count, received_at, position, first_position)
      SELECT DISTINCT ON (report->>'id') report->>'id', ${nodeId}, ${node.name}, report, (report->>'lastAt')::timestamptz, (report->>'count')::int,
        clock_timestamp(), next, next
      FROM (SELECT coalesce(max(position), 0) + 1 AS next FROM drift_event) AS p, jsonb_array_elements(${JSON.stringify(events)}::jsonb) AS report ORDER BY report->>'id', (report->>'count')::int DESC
      ON CONFLICT (id) DO UPDATE SET report = EXCLUDED.report, last_at = EXCLUDED.last_at, count = EXCLUDED.count,
        position = EXCLUDED.position
      WHERE drift_event.node_id = EXCLUDED.node_id AND (drift_event.count, drift_event.last_at) <= (EXCLUDED.count, EXCLUDED.last_at)`;
    return { kept };
  });
}
