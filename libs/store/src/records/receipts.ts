import type { Id, Receipt, ReceiptReport, ReceiptStep } from '@weft/model';
import type { Recorded } from '../collections.ts';
import type { Database, Tables } from '../database/database.ts';
import type { ReceiptModel } from '../generated/models.ts';
import type { ReceiptQuery } from '../query.ts';
import { found } from '../read/not-found.ts';
import { newestFirst } from '../read/page.ts';

/** The requests whose changes each receipt carried: those between its two revisions that concern its node. */
async function requestsOf(tables: Tables, rows: readonly ReceiptModel[]): Promise<ReadonlyMap<string, string[]>> {
  const joined = await tables.$queryRaw<{ id: string; requestIds: string[] }[]>`
    SELECT r.id, array_agg(c.request_id ORDER BY c.revision) AS "requestIds"
    FROM receipt r JOIN change c
      ON c.revision > r.from_revision AND c.revision <= r.to_revision AND (c.concerns_all OR r.node_id = ANY (c.concerned_nodes))
    WHERE r.id = ANY (${rows.map((row) => row.id)}::text[]) GROUP BY r.id`;
  return new Map(joined.map(({ id, requestIds }) => [id, [...new Set(requestIds)]]));
}

async function present(tables: Tables, rows: readonly ReceiptModel[]): Promise<Receipt[]> {
  const requests = await requestsOf(tables, rows);
  return rows.map((row) => ({
    id: row.id as Id<'receipt'>,
    node: row.nodeName,
    fromRevision: Number(row.fromRevision),
    toRevision: Number(row.toRevision),
    cause: row.cause as ReceiptReport['cause'],
    backend: row.backend,
    startedAt: row.startedAt.toISOString(),
    durationMs: row.durationMs,
    outcome: row.outcome as ReceiptReport['outcome'],
    message: row.message,
    configHash: row.configHash,
    steps: row.steps as ReceiptStep[],
    receivedAt: row.receivedAt.toISOString(),
    requestIds: requests.get(row.id) ?? [],
  }));
}

/** Receipts that carried a request's changes, as conditions on their rows. */
async function carrying(tables: Tables, requestId: string) {
  const changes = await tables.change.findMany({
    where: { requestId },
    select: { revision: true, concernsAll: true, concernedNodes: true },
  });
  return changes.map(({ revision, concernsAll, concernedNodes }) => ({
    fromRevision: { lt: revision },
    toRevision: { gte: revision },
    nodeId: concernsAll ? undefined : { in: concernedNodes },
  }));
}

export function receipts(database: Database): Recorded<Receipt, ReceiptQuery> {
  return {
    get: (id) =>
      database.read(async (tables) => {
        const row = found(await tables.receipt.findUnique({ where: { id } }), 'receipt', id);
        const [receipt] = await present(tables, [row]);
        return found(receipt, 'receipt', id);
      }),

    list: (query) =>
      database.read(async (tables) => {
        const carried = query.requestId === undefined ? undefined : await carrying(tables, query.requestId);
        const rows = await newestFirst<ReceiptModel>(
          tables,
          query,
          (row) => row.serial,
          (below, take) =>
            tables.receipt.findMany({
              where: {
                serial: { lt: below },
                nodeName: query.node,
                receivedAt: { gte: query.since, lt: query.until },
                OR: carried,
              },
              orderBy: { serial: 'desc' },
              take,
            }),
        );
        return { ...rows, items: await present(tables, rows.items) };
      }),
  };
}
