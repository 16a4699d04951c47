import { ReceiptReport } from '@weft/model';
import { z } from 'zod';

/** A receipt that waits to be sent. */
export interface SpooledReceipt {
  readonly receipt: ReceiptReport;
  /** Receipts that had to be dropped before this one; its message says so when it is sent. */
  readonly droppedBefore: number;
  /** Length of its line. */
  readonly bytes: number;
}

/** One line of the spool: a receipt came, or a later version of one that waits; some are acknowledged; or the oldest had to be dropped, which the next one will tell. */
const SpoolLine = z.union([
  z.strictObject({ put: ReceiptReport, droppedBefore: z.int().min(0) }),
  z.strictObject({ gone: z.array(z.string()) }),
  z.strictObject({ dropped: z.string() }),
]);
type SpoolLine = z.infer<typeof SpoolLine>;

/** A line as it stands in the file. */
export const spoolText = (line: SpoolLine): string => `${JSON.stringify(line)}\n`;

/** What waits once the oldest is dropped: the next one tells of it, and of what was dropped before it. */
export function withoutOldest([oldest, heir, ...rest]: readonly SpooledReceipt[]): SpooledReceipt[] {
  return oldest === undefined || heir === undefined
    ? []
    : [{ ...heir, droppedBefore: heir.droppedBefore + oldest.droppedBefore + 1 }, ...rest];
}

function lineOf(text: string): SpoolLine | null {
  try {
    return SpoolLine.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * What waits by a file's text. `broken`: it has lines that cannot be read, besides a last one without its end, which is what a crash leaves of a line whose
 * receipt nobody was told of.
 */
export function readSpool(text: string): { readonly waiting: SpooledReceipt[]; readonly broken: boolean } {
  const lines = text.split('\n').slice(0, -1);
  let waiting: SpooledReceipt[] = [];
  let broken = false;
  for (const written of lines) {
    const line = lineOf(written);
    if (line === null) broken = true;
    else if ('gone' in line) waiting = waiting.filter(({ receipt }) => !line.gone.includes(receipt.id));
    else if ('dropped' in line) waiting = withoutOldest(waiting);
    else {
      const entry = { receipt: line.put, droppedBefore: line.droppedBefore, bytes: Buffer.byteLength(written) + 1 };
      const at = waiting.findIndex(({ receipt }) => receipt.id === entry.receipt.id);
      waiting = at < 0 ? [...waiting, entry] : waiting.with(at, entry);
    }
  }
  return { waiting, broken };
}
