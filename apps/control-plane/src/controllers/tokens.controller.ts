import { randomBytes } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { type CallOf, mayGrant, Operation, type Principal, tokens } from '@weft/contract';
import { type IssuedToken, ProblemError, sha256Hex } from '@weft/model';
import { CallersStore } from '../callers-store.ts';
import { Changes, contextOf } from '../changes/changes.ts';
import { Reply } from '../http/reply.ts';
import { Reads } from '../reads.ts';

const TOKEN_BYTES = 32;

/** Throws ProblemError Forbidden for a token that could do more than the one it is made with. */
function requireNoMore(maker: Principal, wanted: Pick<Principal, 'role' | 'namespaces'>): void {
  const { allowed, reason } = mayGrant(maker, wanted);
  if (!allowed) throw new ProblemError('Forbidden', reason, [{ pointer: '/role', code: 'Forbidden', message: reason }]);
}

@Controller()
export class TokensController {
  constructor(
    private readonly store: CallersStore,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(tokens.tokenList)
  list(call: CallOf<typeof tokens.tokenList>) {
    return this.reads.list(call.query, (query) => this.store.of(call).tokens.list(query));
  }

  @Operation(tokens.tokenCreate)
  async create(call: CallOf<typeof tokens.tokenCreate>): Promise<Reply> {
    const { principal: maker, body } = call;
    if (maker === null) throw new Error('a token is made by somebody');
    requireNoMore(maker, body);
    const token = `weft_user_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    const origin = { sha256: sha256Hex(token), createdBy: maker.name, notAfter: maker.expiresAt };
    const committed = await this.store.of(call).tokens.create(contextOf(call), body, origin);
    const issued: IssuedToken = { ...committed.object, token };
    const { headers } = await this.changes.settle(call, committed);
    return new Reply(issued, { ...headers, Location: `/v1/tokens/${issued.id}` }, committed.status);
  }

  @Operation(tokens.tokenView)
  view(call: CallOf<typeof tokens.tokenView>) {
    return this.store.of(call).tokens.get(call.params.id);
  }

  @Operation(tokens.tokenDelete)
  async delete(call: CallOf<typeof tokens.tokenDelete>): Promise<Reply> {
    const committed = await this.store.of(call).tokens.revoke(contextOf(call), call.params.id);
    const { headers } = await this.changes.settle(call, committed);
    return new Reply(undefined, headers);
  }
}
