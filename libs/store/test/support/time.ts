import pg from 'pg';
import { onTestFinished } from 'vitest';

/** The clock of one database, as its tests move it: what is in the past is put further into it. */
export interface Time {
  /** Nothing was heard of a node for that long. */
  silence(nodeId: string, seconds: number): Promise<void>;
  /** Leases were looked at last that long ago. */
  lastLook(seconds: number): Promise<void>;
  /** There is no amnesty any more. */
  endAmnesty(): Promise<void>;
  /** A drain was begun that long ago. */
  drainBegan(nodeId: string, seconds: number): Promise<void>;
}

/** Moves time in a database until the test is over. */
export async function timeIn(databaseUrl: string): Promise<Time> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  const change = async (statement: string, ...values: unknown[]) => {
    await client.query(statement, values);
  };
  return {
    silence: async (nodeId, seconds) => {
      await change("UPDATE node_lease SET renewed_at = now() - $2 * interval '1 second' WHERE node_id = $1", nodeId, seconds);
      await change("UPDATE node_state SET last_seen_at = now() - $2 * interval '1 second' WHERE node_id = $1", nodeId, seconds);
    },
    lastLook: (seconds) => change("UPDATE lease_watch SET ticked_at = now() - $1 * interval '1 second'", seconds),
    endAmnesty: () => change("UPDATE lease_watch SET resumed_at = 'epoch'"),
    drainBegan: (nodeId, seconds) =>
      change(
        "UPDATE node SET drain = jsonb_set(drain, '{startedAt}', to_jsonb(now() - $2 * interval '1 second')) WHERE id = $1",
        nodeId,
        seconds,
      ),
  };
}
