import { Controller, Inject } from '@nestjs/common';
import { type CallOf, drift, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { callingNode } from '../node-agents.ts';
import { Reads } from '../reads.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class DriftController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly reads: Reads,
  ) {}

  @Operation(drift.driftEventList)
  list(call: CallOf<typeof drift.driftEventList>) {
    return this.reads.list(call.query, (query) => this.store.drift.list(query));
  }

  @Operation(drift.driftEventView)
  view(call: CallOf<typeof drift.driftEventView>) {
    return this.store.drift.get(call.params.id);
  }

  @Operation(drift.nodeAgentDriftReport)
  take(call: CallOf<typeof drift.nodeAgentDriftReport>) {
    return this.store.drift.take(callingNode(call), call.body);
  }
}
