import { Controller, Inject } from '@nestjs/common';
import { type CallOf, joinTokens, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { Changes } from '../changes/changes.ts';
import { Joining } from '../joining/joining.ts';
import { Reads } from '../reads.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class JoinTokensController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly joining: Joining,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(joinTokens.joinTokenCreate)
  create(call: CallOf<typeof joinTokens.joinTokenCreate>) {
    return this.joining.createToken(call);
  }

  @Operation(joinTokens.joinTokenList)
  list(call: CallOf<typeof joinTokens.joinTokenList>) {
    const { limit, cursor = null } = call.query;
    return this.store.joining.tokens.list({ limit, cursor });
  }

  @Operation(joinTokens.joinTokenView)
  view(call: CallOf<typeof joinTokens.joinTokenView>) {
    return this.reads.view(this.store.joining.tokens.get(call.params.id));
  }

  @Operation(joinTokens.joinTokenDelete)
  delete(call: CallOf<typeof joinTokens.joinTokenDelete>) {
    return this.changes.delete(call, (context, match) => this.store.joining.tokens.revoke(context, call.params.id, match));
  }
}
