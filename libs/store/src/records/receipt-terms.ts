import type { Tables } from '../database/database.ts';
import type { ReceiptModel } from '../generated/models.ts';

/** All terms of receipts: their own and those that they have in common with others which carried the same changes. */
export async function allTerms(tables: Tables, rows: readonly ReceiptModel[]): Promise<(row: ReceiptModel) => readonly string[]> {
  const named = [...new Set(rows.flatMap(({ termsSha256 }) => termsSha256 ?? []))];
  const shared = named.length === 0 ? [] : await tables.receiptTerms.findMany({ where: { sha256: { in: named } } });
  const termsOf = new Map(shared.map(({ sha256, terms }) => [sha256, terms]));
  return ({ terms, termsSha256 }) => [...terms, ...(termsOf.get(termsSha256 ?? '') ?? [])];
}
