import { HEARTBEATS_OF_GRACE } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { standings } from '../fleet/fleet.ts';
import { type HeardNode, type Judgement, judge } from './judgement.ts';

/** How often whoever looks after the leases looks, and how often a node speaks at the most. */
export interface TickOptions {
  readonly periodSeconds: number;
  readonly heartbeatSeconds: number;
}

/** All nodes together renew their leases so often a second at the most; Nomad's `max_heartbeats_per_second`. */
const RENEWALS_PER_SECOND = 50;
/** Replicas wake at about the same time: a period counts as over a little before its end, so that none is skipped. */
const PERIOD_SLACK = 0.9;
/** This replica's own gap that is no accident: so many periods, and no less than so much of the grace. */
const GAP_PERIODS = 4;
const GAP_OF_GRACE = 0.25;

interface Claimed {
  readonly graceSeconds: number;
  readonly amnesty: boolean;
}

/**
 * True for one replica and period, by the database's clock. When the tick before was long ago, the control plane, the database or whoever had this task was away, and
 * the silence says nothing about the nodes: there is amnesty for as long as a node may be silent.
 */
async function claimTick(tables: Tables, { periodSeconds, heartbeatSeconds }: TickOptions): Promise<Claimed | null> {
  const [claimed] = await tables.$queryRaw<Claimed[]>`
    WITH asked AS (
      SELECT now, heartbeat, GREATEST(c.not_ready_after_seconds, heartbeat * ${HEARTBEATS_OF_GRACE}::int) AS grace
      FROM cluster c CROSS JOIN (SELECT clock_timestamp()::timestamptz(3) AS now,
        GREATEST(${heartbeatSeconds}::int, ceil((SELECT count(*) FROM node_lease)::float8 / ${RENEWALS_PER_SECOND}::float8)::int) AS heartbeat) fleet)
    UPDATE lease_watch w SET ticked_at = asked.now, heartbeat_seconds = asked.heartbeat,
      resumed_at = CASE
        WHEN asked.now - w.ticked_at > make_interval(secs => GREATEST(${periodSeconds * GAP_PERIODS}::float8, grace * ${GAP_OF_GRACE}::float8))
        THEN asked.now ELSE w.resumed_at END
    FROM asked WHERE w.ticked_at <= asked.now - make_interval(secs => ${periodSeconds * PERIOD_SLACK}::float8)
    RETURNING asked.grace AS "graceSeconds", w.resumed_at > asked.now - make_interval(secs => asked.grace) AS amnesty`;
  return claimed ?? null;
}

/** The nodes that can be heard of: those that ever joined. */
export async function heardNodes(tables: Tables): Promise<HeardNode[]> {
  return (await standings(tables)).flatMap(({ id, zone, joined, lostAt, withdrawn, secondsSinceSeen }) =>
    joined && secondsSinceSeen !== null ? [{ id, zone, lost: lostAt !== null, withdrawn, silentSeconds: secondsSinceSeen }] : [],
  );
}

/** Looks at the leases when it is time to and nobody else does: what is to become of which node, and after how long a silence. Null: not now. */
export async function tick(tables: Tables, options: TickOptions): Promise<(Judgement & { readonly graceSeconds: number }) | null> {
  const claimed = await claimTick(tables, options);
  if (claimed === null) return null;
  const judgement = judge(await heardNodes(tables), claimed);
  await tables.$executeRaw`UPDATE lease_watch SET braked = ${judgement.braked} WHERE braked <> ${judgement.braked}`;
  return { ...judgement, graceSeconds: claimed.graceSeconds };
}
