import type { Id, Receipt, ReceiptRecord, ReceiptSignature, SealedReceipt } from '@weft/model';
import type { Recorded } from '../collections.ts';
import type { Database, Tables } from '../database/database.ts';
import type { ReceiptModel } from '../generated/models.ts';
import type { ReceiptQuery } from '../query.ts';
import { found } from '../read/not-found.ts';
import { newestFirst } from '../read/page.ts';
import { numbersBetween } from '../read/times.ts';

const REQUEST = 'request=';

/** A row as it is sealed: without the texts. */
export function sealedReceiptOf(row: ReceiptModel): SealedReceipt {
  return {
    ...(row.record as unknown as ReceiptRecord),
    id: row.id as Id<'receipt'>,
    node: row.nodeName,
    receivedAt: row.receivedAt.toISOString(),
    requestIds: row.terms.flatMap((term) => (term.startsWith(REQUEST) ? [term.slice(REQUEST.length)] : [])),
    signature: row.signature as ReceiptSignature | null,
  };
}

/** Rows with the texts that are still kept. */
async function present(tables: Tables, rows: readonly ReceiptModel[]): Promise<Receipt[]> {
  const sealed = rows.map(sealedReceiptOf);
  const wanted = new Set(sealed.flatMap(({ steps }) => steps.map(({ inputSha256 }) => inputSha256)));
  const texts = await tables.receiptText.findMany({ where: { sha256: { in: [...wanted] } } });
  const textOf = new Map(texts.map(({ sha256, text }) => [sha256, text]));
  return sealed.map((receipt) => ({
    ...receipt,
    steps: receipt.steps.map((step) => ({ ...step, input: textOf.get(step.inputSha256) ?? null })),
  }));
}

/** The terms that a receipt must have. */
function termsOf({ requestId, object, actor, outcome, cause }: ReceiptQuery): string[] {
  const wanted = { request: requestId, object, actor, outcome, cause };
  return Object.entries(wanted).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
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
        const terms = termsOf(query);
        const serials = await numbersBetween(query, async (receivedAt, order) => {
          const row = await tables.receipt.findFirst({ where: { receivedAt }, orderBy: { receivedAt: order }, select: { serial: true } });
          return row?.serial;
        });
        const rows = await newestFirst<ReceiptModel>(
          tables,
          query,
          (row) => row.serial,
          (below, take) =>
            tables.receipt.findMany({
              where: {
                AND: [{ serial: serials }, { serial: { lt: below } }],
                nodeName: query.node,
                terms: terms.length === 0 ? undefined : { hasEvery: terms },
                receivedAt: { gte: query.since, lt: query.until },
              },
              orderBy: { serial: 'desc' },
              take,
            }),
        );
        return { ...rows, items: await present(tables, rows.items) };
      }),
  };
}
