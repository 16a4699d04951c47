import { sumText } from '@weft/kernel';
import { RECEIPT_LEFT_OUT_MAX, type ReceiptReport } from '@weft/model';
import type { Compilation } from '../dataplane/compilation.ts';

/** What a host has come to. */
export interface Standing {
  readonly compilation: Compilation;
  /** Ids of services that it is without; null: nobody knows what it is like. */
  readonly leftOut: readonly string[] | null;
}

/** What a receipt says of how the kernel is to be. */
export function expected({ compilation, leftOut }: Standing): Pick<ReceiptReport, 'rulesHash' | 'leftOut'> {
  if (leftOut === null || leftOut.length > RECEIPT_LEFT_OUT_MAX) return { rulesHash: null, leftOut: [] };
  return { rulesHash: sumText(compilation.sum), leftOut: [...leftOut] };
}
