import { Controller, Inject } from '@nestjs/common';
import { type CallOf, history, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { CallersStore } from '../callers-store.ts';
import { Exports } from '../exports/exports.ts';
import { Reads } from '../reads.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class HistoryController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly callers: CallersStore,
    private readonly reads: Reads,
    private readonly exports: Exports,
  ) {}

  @Operation(history.operationList)
  operations(call: CallOf<typeof history.operationList>) {
    return this.reads.list(call.query, (query) => this.callers.of(call).operations.list(query));
  }

  @Operation(history.operationView)
  operation(call: CallOf<typeof history.operationView>) {
    return this.callers.of(call).operations.get(call.params.id);
  }

  @Operation(history.auditEventList)
  auditEvents(call: CallOf<typeof history.auditEventList>) {
    return this.reads.list(call.query, (query) => this.callers.of(call).audit.list(query));
  }

  @Operation(history.auditEventExport)
  exportAuditEvents(call: CallOf<typeof history.auditEventExport>) {
    return this.exports.send(
      call,
      this.reads.each(call.query, (query) => this.callers.of(call).audit.list(query)),
    );
  }

  @Operation(history.receiptExport)
  exportReceipts(call: CallOf<typeof history.receiptExport>) {
    return this.exports.send(
      call,
      this.reads.each(call.query, (query) => this.store.receipts.list(query)),
    );
  }

  @Operation(history.receiptList)
  receipts(call: CallOf<typeof history.receiptList>) {
    return this.reads.list(call.query, (query) => this.store.receipts.list(query));
  }

  @Operation(history.receiptView)
  receipt(call: CallOf<typeof history.receiptView>) {
    return this.store.receipts.get(call.params.id);
  }
}
