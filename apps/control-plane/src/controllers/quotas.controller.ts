import { Controller } from '@nestjs/common';
import { type CallOf, Operation, quotas } from '@weft/contract';
import { CallersStore } from '../callers-store.ts';
import { Changes } from '../changes/changes.ts';
import { Reads } from '../reads.ts';

@Controller()
export class QuotasController {
  constructor(
    private readonly store: CallersStore,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(quotas.quotaView)
  view(call: CallOf<typeof quotas.quotaView>) {
    return this.reads.view(this.store.of(call).quotas.get(call.params.id));
  }

  @Operation(quotas.quotaUpdate)
  update(call: CallOf<typeof quotas.quotaUpdate>) {
    const { id } = call.params;
    const { quotas } = this.store.of(call);
    return this.changes.update(
      call,
      (context, match) => quotas.update(context, id, match, call.body),
      () => quotas.get(id),
    );
  }
}
