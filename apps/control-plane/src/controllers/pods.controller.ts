import { Controller } from '@nestjs/common';
import { type CallOf, Operation, pods } from '@weft/contract';
import { CallersStore } from '../callers-store.ts';
import { Changes } from '../changes/changes.ts';
import { Reads } from '../reads.ts';

@Controller()
export class PodsController {
  constructor(
    private readonly store: CallersStore,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(pods.podList)
  list(call: CallOf<typeof pods.podList>) {
    return this.reads.listOrWatch('pod', call, (query) => this.store.of(call).pods.list(query));
  }

  @Operation(pods.podCreate)
  create(call: CallOf<typeof pods.podCreate>) {
    const { pods } = this.store.of(call);
    return this.changes.create(
      call,
      (context) => pods.create(context, call.body),
      (id) => pods.get(id),
    );
  }

  @Operation(pods.podView)
  view(call: CallOf<typeof pods.podView>) {
    return this.reads.view(this.store.of(call).pods.get(call.params.id));
  }

  @Operation(pods.podUpdate)
  update(call: CallOf<typeof pods.podUpdate>) {
    const { id } = call.params;
    const { pods } = this.store.of(call);
    return this.changes.update(
      call,
      (context, match) => pods.update(context, id, match, call.body),
      () => pods.get(id),
    );
  }

  @Operation(pods.podDelete)
  delete(call: CallOf<typeof pods.podDelete>) {
    const { params, query } = call;
    return this.changes.delete(call, (context, match) =>
      this.store.of(call).pods.delete(context, params.id, match, query.gracePeriodSeconds),
    );
  }
}
