import { Controller, Inject } from '@nestjs/common';
import { type CallOf, Operation, rollbacks } from '@weft/contract';
import { parseLabelSelector } from '@weft/model';
import type { Store } from '@weft/store';
import { CallersStore } from '../callers-store.ts';
import { Changes, contextOf } from '../changes/changes.ts';
import { Reply } from '../http/reply.ts';
import { revisionOf } from '../past/moment.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class RollbacksController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly callers: CallersStore,
    private readonly changes: Changes,
  ) {}

  @Operation(rollbacks.rollbackCreate)
  async create(call: CallOf<typeof rollbacks.rollbackCreate>): Promise<Reply> {
    const { toRevision: revision, toTime: at, selection } = call.body;
    const toRevision = await revisionOf(this.store, { revision, at });
    const labelSelector = parseLabelSelector(selection.labelSelector ?? '') ?? undefined;
    const committed = await this.callers.of(call).rollbacks.roll(contextOf(call), { ...selection, toRevision, labelSelector });
    const { headers } = await this.changes.settle(call, committed);
    return new Reply(committed.object, headers);
  }
}
