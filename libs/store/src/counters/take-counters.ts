import { type CountersReport, type CountersReportAnswer, ProblemError } from '@weft/model';
import type { Database } from '../database/database.ts';

/**
 * Keeps what a node has counted, if the session is still its own. Counters of services and ports that are gone are passed over. No revision and no history: a counter is
 * nothing that anybody asked for.
 */
export async function takeCounters(
  database: Database,
  nodeId: string,
  { session, counters }: CountersReport,
): Promise<CountersReportAnswer> {
  return database.transaction(async (tables) => {
    const mine = await tables.nodeState.findFirst({ where: { nodeId, session }, select: { nodeId: true } });
    if (mine === null)
      throw new ProblemError('StaleSession', 'another executor has opened a session for this node; stop, or open a new one');
    // Locked in one order, so that two reports never wait for each other.
    const kept = await tables.$executeRaw`
      INSERT INTO service_counter (service_id, node_id, protocol, port, connections, packets, bytes, reported_at)
      SELECT DISTINCT ON (c.service, c.protocol, c.port)
        c.service, ${nodeId}, c.protocol, c.port, c.connections, c.packets, c.bytes, clock_timestamp()
      FROM jsonb_to_recordset(${JSON.stringify(counters)}::jsonb)
        AS c (service text, protocol text, port integer, connections bigint, packets bigint, bytes bigint)
      JOIN service s ON s.id = c.service
        AND s.ports @> jsonb_build_array(jsonb_build_object('protocol', c.protocol, 'port', c.port))
      ORDER BY c.service, c.protocol, c.port
      ON CONFLICT (service_id, node_id, protocol, port) DO UPDATE SET
        connections = EXCLUDED.connections, packets = EXCLUDED.packets, bytes = EXCLUDED.bytes, reported_at = EXCLUDED.reported_at`;
    return { kept };
  });
}
