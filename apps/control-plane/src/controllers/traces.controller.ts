import { Controller, Inject } from '@nestjs/common';
import { type CallOf, Operation, traces } from '@weft/contract';
import type { Store } from '@weft/store';
import { Reply } from '../http/reply.ts';
import { STORE } from '../tokens.ts';
import { Traces } from '../traces/traces.ts';

@Controller()
export class TracesController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly traces: Traces,
  ) {}

  @Operation(traces.traceCreate)
  async create(call: CallOf<typeof traces.traceCreate>): Promise<Reply> {
    const trace = await this.traces.begin(call, call.body);
    return new Reply(trace, { Location: `/v1/traces/${trace.id}` });
  }

  @Operation(traces.traceView)
  view(call: CallOf<typeof traces.traceView>) {
    return this.store.traces.get(call.params.id);
  }
}
