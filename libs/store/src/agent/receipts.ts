import type { ReceiptReport } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** Keeps what a node says it did. A receipt that was sent before is kept as it first came. */
export async function keepReceipts(tables: Tables, nodeId: string, receipts: readonly ReceiptReport[]): Promise<void> {
  if (receipts.length === 0) return;
  const node = await tables.node.findUnique({ where: { id: nodeId }, select: { name: true } });
  if (node === null) return;
  const receivedAt = new Date();
  await tables.receipt.createMany({
    data: receipts.map((receipt) => ({ ...receipt, startedAt: new Date(receipt.startedAt), nodeId, nodeName: node.name, receivedAt })),
    skipDuplicates: true,
  });
}
