import { Controller, Inject } from '@nestjs/common';
import { type CallOf, drift, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { callingNode } from '../node-agents.ts';
import { Reads } from '../reads.ts';
import { STORE } from '../tokens.ts';
import { Revisions } from '../watch/revisions.ts';
import { Watches } from '../watch/watches.ts';

@Controller()
export class DriftController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly reads: Reads,
    private readonly watches: Watches,
    private readonly revisions: Revisions,
  ) {}

  @Operation(drift.driftEventList)
  list(call: CallOf<typeof drift.driftEventList>) {
    const { watch, ...query } = call.query;
    if (!watch) return this.reads.list(query, (page) => this.store.drift.list(page));
    const { node, since, until } = query;
    return this.watches.watch('drift', call, { node }, null, (page) => this.store.drift.list({ node, since, until, ...page }));
  }

  @Operation(drift.driftEventView)
  view(call: CallOf<typeof drift.driftEventView>) {
    return this.store.drift.get(call.params.id);
  }

  @Operation(drift.nodeAgentDriftReport)
  async take(call: CallOf<typeof drift.nodeAgentDriftReport>) {
    const answer = await this.store.drift.take(callingNode(call), call.body);
    if (answer.kept > 0) this.revisions.changed();
    return answer;
  }
}
