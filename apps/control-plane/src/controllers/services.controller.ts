import { Controller } from '@nestjs/common';
import { type CallOf, Operation, services } from '@weft/contract';
import { CallersStore } from '../callers-store.ts';
import { Changes } from '../changes/changes.ts';
import { Reads } from '../reads.ts';

@Controller()
export class ServicesController {
  constructor(
    private readonly store: CallersStore,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(services.serviceList)
  list(call: CallOf<typeof services.serviceList>) {
    return this.reads.listOrWatch('service', call, (query) => this.store.of(call).services.list(query));
  }

  @Operation(services.serviceCreate)
  create(call: CallOf<typeof services.serviceCreate>) {
    const { services } = this.store.of(call);
    return this.changes.create(
      call,
      (context) => services.create(context, call.body),
      (id) => services.get(id),
    );
  }

  @Operation(services.serviceView)
  view(call: CallOf<typeof services.serviceView>) {
    return this.reads.view(this.store.of(call).services.get(call.params.id));
  }

  @Operation(services.serviceUpdate)
  update(call: CallOf<typeof services.serviceUpdate>) {
    const { id } = call.params;
    const { services } = this.store.of(call);
    return this.changes.update(
      call,
      (context, match) => services.update(context, id, match, call.body),
      () => services.get(id),
    );
  }

  @Operation(services.serviceDelete)
  delete(call: CallOf<typeof services.serviceDelete>) {
    return this.changes.delete(call, (context, match) => this.store.of(call).services.delete(context, call.params.id, match));
  }
}
