import type { Id, Receipt, ReceiptRecord, ReceiptSignature, SealedReceipt } from '@weft/model';
import type { Recorded } from '../collections.ts';
import type { Database, Tables } from '../database/database.ts';
import type { ReceiptModel } from '../generated/models.ts';
import type { ReceiptQuery } from '../query.ts';
import { found } from '../read/not-found.ts';
import { newestFirst } from '../read/page.ts';
import { findReceipts } from './find-receipts.ts';
import { allTerms } from './receipt-terms.ts';

const REQUEST = 'request=';

/** A row as it is sealed: without the texts. `terms`: all that it can be found by (receipt-terms.ts). */
export function sealedReceiptOf(row: ReceiptModel, terms: readonly string[]): SealedReceipt {
  return {
    ...(row.record as unknown as ReceiptRecord),
    id: row.id as Id<'receipt'>,
    node: row.nodeName,
    receivedAt: row.receivedAt.toISOString(),
    requestIds: terms.flatMap((term) => (term.startsWith(REQUEST) ? [term.slice(REQUEST.length)] : [])),
    signature: row.signature as ReceiptSignature | null,
  };
}

/** Rows with the texts that are still kept. */
async function present(tables: Tables, rows: readonly ReceiptModel[]): Promise<Receipt[]> {
  const termsOf = await allTerms(tables, rows);
  const sealed = rows.map((row) => sealedReceiptOf(row, termsOf(row)));
  const wanted = new Set(sealed.flatMap(({ steps }) => steps.map(({ inputSha256 }) => inputSha256)));
  const texts = await tables.receiptText.findMany({ where: { sha256: { in: [...wanted] } } });
  const textOf = new Map(texts.map(({ sha256, text }) => [sha256, text]));
  return sealed.map((receipt) => ({
    ...receipt,
    steps: receipt.steps.map((step) => ({ ...step, input: textOf.get(step.inputSha256) ?? null })),
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
        const rows = await newestFirst<ReceiptModel>(
          tables,
          query,
          (row) => row.serial,
          (below, take) => findReceipts(tables, query, below, take),
        );
        return { ...rows, items: await present(tables, rows.items) };
      }),
  };
}
