import { Controller } from '@nestjs/common';
import { type CallOf, namespaces, Operation } from '@weft/contract';
import { CallersStore } from '../callers-store.ts';
import { Changes } from '../changes/changes.ts';
import { Reads } from '../reads.ts';

@Controller()
export class NamespacesController {
  constructor(
    private readonly store: CallersStore,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(namespaces.namespaceList)
  list(call: CallOf<typeof namespaces.namespaceList>) {
    return this.reads.listOrWatch('namespace', call, (query) => this.store.of(call).namespaces.list(query));
  }

  @Operation(namespaces.namespaceCreate)
  create(call: CallOf<typeof namespaces.namespaceCreate>) {
    const { namespaces } = this.store.of(call);
    return this.changes.create(
      call,
      (context) => namespaces.create(context, call.body),
      (id) => namespaces.get(id),
    );
  }

  @Operation(namespaces.namespaceView)
  view(call: CallOf<typeof namespaces.namespaceView>) {
    return this.reads.view(this.store.of(call).namespaces.get(call.params.id));
  }

  @Operation(namespaces.namespaceUpdate)
  update(call: CallOf<typeof namespaces.namespaceUpdate>) {
    const { id } = call.params;
    const { namespaces } = this.store.of(call);
    return this.changes.update(
      call,
      (context, match) => namespaces.update(context, id, match, call.body),
      () => namespaces.get(id),
    );
  }

  @Operation(namespaces.namespaceDelete)
  delete(call: CallOf<typeof namespaces.namespaceDelete>) {
    return this.changes.delete(call, (context, match) => this.store.of(call).namespaces.delete(context, call.params.id, match));
  }
}
