import { Controller, Inject } from '@nestjs/common';
import { type CallOf, namespaces, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { Changes } from '../changes/changes.ts';
import { Reads } from '../reads.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class NamespacesController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(namespaces.namespaceList)
  list(call: CallOf<typeof namespaces.namespaceList>) {
    return this.reads.listOrWatch('namespace', call, (query) => this.store.namespaces.list(query));
  }

  @Operation(namespaces.namespaceCreate)
  create(call: CallOf<typeof namespaces.namespaceCreate>) {
    const { namespaces } = this.store;
    return this.changes.create(
      call,
      (context) => namespaces.create(context, call.body),
      (id) => namespaces.get(id),
    );
  }

  @Operation(namespaces.namespaceView)
  view(call: CallOf<typeof namespaces.namespaceView>) {
    return this.reads.view(this.store.namespaces.get(call.params.id));
  }

  @Operation(namespaces.namespaceUpdate)
  update(call: CallOf<typeof namespaces.namespaceUpdate>) {
    const { id } = call.params;
    const { namespaces } = this.store;
    return this.changes.update(
      call,
      (context, match) => namespaces.update(context, id, match, call.body),
      () => namespaces.get(id),
    );
  }

  @Operation(namespaces.namespaceDelete)
  delete(call: CallOf<typeof namespaces.namespaceDelete>) {
    return this.changes.delete(call, (context, match) => this.store.namespaces.delete(context, call.params.id, match));
  }
}
