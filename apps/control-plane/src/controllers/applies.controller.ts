import { Controller, Inject } from '@nestjs/common';
import { applies, type CallOf, Operation } from '@weft/contract';
import type { Applied } from '@weft/model';
import type { Store } from '@weft/store';
import { Changes, contextOf } from '../changes/changes.ts';
import { Reply } from '../http/reply.ts';
import { requireAllowed } from '../plans/allowed-documents.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class AppliesController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly changes: Changes,
  ) {}

  @Operation(applies.applyCreate)
  async create(call: CallOf<typeof applies.applyCreate>): Promise<Reply> {
    const { principal, body } = call;
    if (principal === null) throw new Error('documents are applied by somebody');
    requireAllowed(principal, body);
    const committed = await this.store.applies.apply(contextOf(call), body);
    const { headers } = await this.changes.settle(call, committed);
    const applied: Applied = { documents: [...committed.object] };
    return new Reply(applied, headers);
  }
}
