import { Controller, Inject } from '@nestjs/common';
import { type CallOf, nodes, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { Changes } from '../changes/changes.ts';
import { Reads } from '../reads.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class NodesController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(nodes.nodeList)
  list(call: CallOf<typeof nodes.nodeList>) {
    return this.reads.listOrWatch('node', call, (query) => this.store.nodes.list(query));
  }

  @Operation(nodes.nodeCreate)
  create(call: CallOf<typeof nodes.nodeCreate>) {
    const { nodes } = this.store;
    return this.changes.create(
      call,
      (context) => nodes.create(context, call.body),
      (id) => nodes.get(id),
    );
  }

  @Operation(nodes.nodeView)
  view(call: CallOf<typeof nodes.nodeView>) {
    return this.reads.view(this.store.nodes.get(call.params.id));
  }

  @Operation(nodes.nodeUpdate)
  update(call: CallOf<typeof nodes.nodeUpdate>) {
    const { id } = call.params;
    const { nodes } = this.store;
    return this.changes.update(
      call,
      (context, match) => nodes.update(context, id, match, call.body),
      () => nodes.get(id),
    );
  }

  @Operation(nodes.nodeDelete)
  delete(call: CallOf<typeof nodes.nodeDelete>) {
    return this.changes.delete(call, (context, match) => this.store.nodes.delete(context, call.params.id, match, call.query.force));
  }

  @Operation(nodes.nodeDrain)
  drain(call: CallOf<typeof nodes.nodeDrain>) {
    const { id } = call.params;
    return this.changes.begin(
      call,
      (context) => this.store.drains.begin(context, id, call.body),
      () => this.store.nodes.get(id),
    );
  }
}
