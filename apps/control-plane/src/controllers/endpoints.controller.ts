import { Controller } from '@nestjs/common';
import { type CallOf, endpoints, Operation } from '@weft/contract';
import { CallersStore } from '../callers-store.ts';
import { Changes } from '../changes/changes.ts';
import { Reads } from '../reads.ts';

@Controller()
export class EndpointsController {
  constructor(
    private readonly store: CallersStore,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(endpoints.endpointList)
  list(call: CallOf<typeof endpoints.endpointList>) {
    return this.reads.listOrWatch('endpoint', call, (query) => this.store.of(call).endpoints.list(query));
  }

  @Operation(endpoints.endpointCreate)
  create(call: CallOf<typeof endpoints.endpointCreate>) {
    const { endpoints } = this.store.of(call);
    return this.changes.create(
      call,
      (context) => endpoints.create(context, call.body),
      (id) => endpoints.get(id),
    );
  }

  @Operation(endpoints.endpointView)
  view(call: CallOf<typeof endpoints.endpointView>) {
    return this.reads.view(this.store.of(call).endpoints.get(call.params.id));
  }

  @Operation(endpoints.endpointUpdate)
  update(call: CallOf<typeof endpoints.endpointUpdate>) {
    const { id } = call.params;
    const { endpoints } = this.store.of(call);
    return this.changes.update(
      call,
      (context, match) => endpoints.update(context, id, match, call.body),
      () => endpoints.get(id),
    );
  }

  @Operation(endpoints.endpointDelete)
  delete(call: CallOf<typeof endpoints.endpointDelete>) {
    return this.changes.delete(call, (context, match) => this.store.of(call).endpoints.delete(context, call.params.id, match));
  }
}
