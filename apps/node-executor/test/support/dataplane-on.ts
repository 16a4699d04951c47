import { join } from 'node:path';
import type { Host } from '@weft/reconcile';
import { createLogger } from '@weft/telemetry';
import { Dataplane } from '../../src/dataplane/dataplane.ts';
import { UNKNOWN_RULES } from '../../src/dataplane/known-rules.ts';
import { Recorder } from '../../src/dataplane/recorder.ts';
import { DesiredStore } from '../../src/disk/desired-store.ts';
import { ReceiptSpool } from '../../src/disk/receipt-spool.ts';

/** The dataplane of an executor on a host, as it would run there without its control plane. What it keeps on disk is below `folder`; it says nothing. */
export function dataplaneOn(host: Host, folder: string): Dataplane {
  let ids = 0;
  return new Dataplane({
    host,
    preflight: async () => null,
    store: new DesiredStore(join(folder, 'desired')),
    recorder: new Recorder({
      spool: new ReceiptSpool(join(folder, 'receipts')),
      now: Date.now,
      newIdBody: () => `r${++ids}`,
      log: createLogger('test', 'silent'),
    }),
    rules: UNKNOWN_RULES,
  });
}
