import { Controller, Inject } from '@nestjs/common';
import { type CallOf, Operation, past } from '@weft/contract';
import type { Store } from '@weft/store';
import { revisionAtEnd, revisionOf } from '../past/moment.ts';
import { Rules } from '../past/rules.ts';
import { Reads } from '../reads.ts';
import { STORE } from '../tokens.ts';

/** What a caller reaches: of anything else it learns nothing. */
const within = ({ principal }: CallOf<typeof past.objectList> | CallOf<typeof past.objectCompare>) =>
  principal === null ? [] : principal.namespaces;

@Controller()
export class PastController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly rules: Rules,
    private readonly reads: Reads,
  ) {}

  @Operation(past.nodeRuleList)
  listRules(call: CallOf<typeof past.nodeRuleList>) {
    return this.reads.list(call.query, (query) => this.rules.list(call.params.id, query, call.gone));
  }

  @Operation(past.nodeRuleCompare)
  compareRules(call: CallOf<typeof past.nodeRuleCompare>) {
    return this.reads.list(call.query, (query) => this.rules.compare(call.params.id, query, call.gone));
  }

  @Operation(past.objectList)
  listObjects(call: CallOf<typeof past.objectList>) {
    return this.reads.list(call.query, async ({ kind, revision, at, ...query }) => {
      const then = await revisionOf(this.store, { revision, at });
      const page = await this.store.past.objects(kind, then, { ...query, within: within(call) });
      return { ...page, revision: then };
    });
  }

  @Operation(past.objectCompare)
  compareObjects(call: CallOf<typeof past.objectCompare>) {
    return this.reads.list(call.query, async ({ kind, from, to, ...query }) => {
      const span = { from: await revisionAtEnd(this.store, from), to: await revisionAtEnd(this.store, to) };
      const page = await this.store.past.compareObjects(kind, span, { ...query, within: within(call) });
      return { ...page, revision: span.to };
    });
  }
}
