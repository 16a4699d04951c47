import { Controller, Inject } from '@nestjs/common';
import { type AnyCall, type CallOf, Operation, rollouts } from '@weft/contract';
import type { Rollout } from '@weft/model';
import type { Committed, Store } from '@weft/store';
import { Changes, contextOf } from '../changes/changes.ts';
import { etagOf } from '../http/preconditions.ts';
import { Reply } from '../http/reply.ts';
import { Reads } from '../reads.ts';
import { STORE } from '../tokens.ts';
import { Revisions } from '../watch/revisions.ts';

@Controller()
export class RolloutsController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly reads: Reads,
    private readonly changes: Changes,
    private readonly revisions: Revisions,
  ) {}

  @Operation(rollouts.rolloutList)
  list(call: CallOf<typeof rollouts.rolloutList>) {
    return this.reads.listOrWatch('rollout', call, (query) => this.store.rollouts.list(query));
  }

  @Operation(rollouts.rolloutCreate)
  create(call: CallOf<typeof rollouts.rolloutCreate>) {
    return this.changes.create(
      call,
      (context) => this.store.rollouts.create(context, call.body),
      (id) => this.store.rollouts.get(id),
    );
  }

  @Operation(rollouts.rolloutView)
  view(call: CallOf<typeof rollouts.rolloutView>) {
    return this.reads.view(this.store.rollouts.get(call.params.id));
  }

  @Operation(rollouts.rolloutCancel)
  cancel(call: CallOf<typeof rollouts.rolloutCancel>) {
    return this.ordered(call, this.store.rollouts.cancel(contextOf(call), call.params.id));
  }

  @Operation(rollouts.rolloutHalt)
  halt(call: CallOf<typeof rollouts.rolloutHalt>) {
    return this.ordered(call, this.store.rollouts.halt(contextOf(call), call.params.id));
  }

  @Operation(rollouts.rolloutResume)
  resume(call: CallOf<typeof rollouts.rolloutResume>) {
    return this.ordered(call, this.store.rollouts.resume(contextOf(call), call.params.id));
  }

  @Operation(rollouts.rolloutRevert)
  revert(call: CallOf<typeof rollouts.rolloutRevert>) {
    return this.ordered(call, this.store.rollouts.revert(contextOf(call), call.params.id));
  }

  private async ordered(call: AnyCall, order: Promise<Committed<Rollout>>): Promise<Reply> {
    const committed = await order;
    const { headers } = await this.changes.settle(call, committed);
    return new Reply(committed.object, { ...headers, ETag: etagOf(this.revisions.epoch, committed.object) });
  }
}
