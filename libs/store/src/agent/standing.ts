import { type NodeReport, type NodeReportAnswer, ProblemError } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** What a node says of itself. */
export interface Said {
  readonly nodeId: string;
  readonly report: NodeReport;
}

interface Standing {
  readonly nodeId: string;
  readonly epoch: string;
  readonly desired: bigint;
}

/** Of what nodes say that which they say in sessions that are their own now; nothing keeps these from ending. */
export async function inOwnSession(tables: Tables, said: readonly Said[]): Promise<readonly Said[]> {
  const rows = await tables.$queryRaw<{ nodeId: string; session: string | null }[]>`
    SELECT node_id AS "nodeId", session FROM node_state WHERE node_id = ANY (${said.map(({ nodeId }) => nodeId)}::text[])`;
  const sessions = new Map(rows.map(({ nodeId, session }) => [nodeId, session]));
  return said.filter(({ nodeId, report }) => sessions.get(nodeId) === report.session);
}

/**
 * Writes where nodes stand, each of which says so once, if their sessions are still their own: that is the fence against an executor which believes to be the only
 * one. What a node has applied never goes backwards, and is believed only for this epoch and for revisions that exist. Answers by node id; a node whose session is not its
 * own has none. Rows are locked in the order of their ids: others write to some of them at the same time,
 * and some of these hold the revision of the cluster, so this comes last. Rows are named by arrays: joined with them, the server would rather read the rows of all nodes.
 */
export async function recordStandings(tables: Tables, said: readonly Said[]): Promise<ReadonlyMap<string, NodeReportAnswer>> {
  const rows = said.map(({ nodeId, report: { session, epoch, appliedRevision, configHash, failure, frozen } }) => ({
    ...{ nodeId, session, epoch, appliedRevision, configHash, frozen },
    failure: failure === null ? null : JSON.stringify(failure),
  }));
  const standings = await tables.$queryRaw<Standing[]>`
    WITH said AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS s ("nodeId" text, session text, epoch text, "appliedRevision" bigint, "configHash" text, failure text, frozen boolean)
    ), own AS (
      SELECT s.node_id FROM (SELECT "nodeId", session FROM said ORDER BY "nodeId") told
        CROSS JOIN LATERAL (SELECT node_id FROM node_state WHERE node_id = told."nodeId" AND session = told.session FOR UPDATE) s
    )
    UPDATE node_state s SET
      applied_revision = CASE
        WHEN c.epoch <> r.epoch OR r."appliedRevision" > c.revision THEN s.applied_revision
        WHEN s.epoch <> c.epoch THEN r."appliedRevision"
        ELSE GREATEST(s.applied_revision, r."appliedRevision") END,
      epoch = CASE WHEN c.epoch = r.epoch THEN c.epoch ELSE s.epoch END,
      config_hash = r."configHash", failure = r.failure::jsonb, frozen = r.frozen, last_seen_at = clock_timestamp()
    FROM said r CROSS JOIN revision_counter c
    WHERE s.node_id = ANY (ARRAY(SELECT node_id FROM own)) AND r."nodeId" = s.node_id AND r.session = s.session
    RETURNING s.node_id AS "nodeId", c.epoch, GREATEST(c.fleet_revision, s.own_revision) AS desired`;
  return new Map(standings.map(({ nodeId, epoch, desired }) => [nodeId, { epoch, desiredRevision: Number(desired) }]));
}

/** Why a node whose session is not its own is not answered. */
export const staleSession = () =>
  new ProblemError('StaleSession', 'another executor has opened a session for this node; stop, or open a new one');
