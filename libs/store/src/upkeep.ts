import { releaseQuarantined } from './addresses/release.ts';
import { TEXT_MARKED_EVERY } from './agent/receipts.ts';
import type { Database } from './database/database.ts';
import { forgetPast } from './past/compact.ts';
import type { UpkeepStore } from './store.ts';

/** Replicas wake at about the same time: a period counts as over a little before its end, so that none is skipped. */
const PERIOD_SLACK = 0.9;

export function upkeepStore(database: Database): UpkeepStore {
  return {
    claimPeriod: async (task, periodSeconds) => {
      const claimed = await database.read(
        (tables) => tables.$executeRaw`
          INSERT INTO task_period (task, claimed_at) VALUES (${task}, clock_timestamp())
          ON CONFLICT (task) DO UPDATE SET claimed_at = clock_timestamp()
          WHERE task_period.claimed_at <= clock_timestamp() - make_interval(secs => ${periodSeconds * PERIOD_SLACK}::float8)`,
      );
      return claimed === 1;
    },

    releaseQuarantined: (quarantineSeconds) => database.transaction((tables) => releaseQuarantined(tables, quarantineSeconds)),

    expireIdempotencyKeys: (seconds) =>
      database.read(
        (tables) => tables.$executeRaw`DELETE FROM idempotency_key WHERE created_at < now() - make_interval(secs => ${seconds}::float8)`,
      ),

    forgetReceiptTexts: (seconds) =>
      database.read(
        (tables) => tables.$executeRaw`
          DELETE FROM receipt_text WHERE used_at < now() - make_interval(secs => ${seconds + TEXT_MARKED_EVERY}::float8)`,
      ),

    forgetReceiptTerms: (seconds) =>
      database.read(
        (tables) => tables.$executeRaw`
          DELETE FROM receipt_terms t WHERE at < now() - make_interval(secs => ${seconds}::float8) AND at > now() - 2 * make_interval(secs => ${seconds}::float8)
            AND (SELECT serial FROM receipt WHERE terms_sha256 = t.sha256 LIMIT 1) IS NULL`,
      ),

    trimHistory: (seconds) =>
      database.read(async (tables) => {
        const [row] = await tables.$queryRaw<{ oldest: bigint }[]>`
          UPDATE revision_counter SET oldest = GREATEST(oldest, COALESCE((
            SELECT max(revision) FROM change WHERE at < now() - make_interval(secs => ${seconds}::float8)), 0))
          RETURNING oldest`;
        return Number(row?.oldest ?? 0);
      }),

    forgetPast: (seconds) => forgetPast(database, seconds),
  };
}
