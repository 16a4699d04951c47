import type { BridgeOp } from '../step.ts';
import { batchText } from './batch-text.ts';

const VERB = { 'fdb-replace': 'replace', 'fdb-delete': 'del' } as const;

/** The text that `bridge -batch -` reads for these operations (bridge(8)), one line for each. */
export function renderBridgeBatch(ops: readonly BridgeOp[]): string {
  return batchText(ops.map(({ op, entry }) => `fdb ${VERB[op]} ${entry.mac} dev ${entry.device} dst ${entry.destination} self permanent`));
}
