import { Controller, Inject } from '@nestjs/common';
import { type CallOf, counters, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { CallersStore } from '../callers-store.ts';
import { callingNode } from '../node-agents.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class CountersController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly callers: CallersStore,
  ) {}

  @Operation(counters.serviceTrafficView)
  ofService(call: CallOf<typeof counters.serviceTrafficView>) {
    return this.callers.of(call).counters.ofService(call.params.id);
  }

  @Operation(counters.nodeAgentCountersReport)
  take(call: CallOf<typeof counters.nodeAgentCountersReport>) {
    return this.store.counters.take(callingNode(call), call.body);
  }
}
