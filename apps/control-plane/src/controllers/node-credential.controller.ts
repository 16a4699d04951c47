import { randomBytes } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { type CallOf, type NodeCredential, nodes, Operation } from '@weft/contract';
import { sha256Hex } from '@weft/model';
import type { Store } from '@weft/store';
import { Changes, contextOf } from '../changes/changes.ts';
import { Reply } from '../http/reply.ts';
import { STORE } from '../tokens.ts';

const TOKEN_BYTES = 32;

@Controller()
export class NodeCredentialController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly changes: Changes,
  ) {}

  @Operation(nodes.nodeCredentialIssue)
  async issue(call: CallOf<typeof nodes.nodeCredentialIssue>): Promise<Reply> {
    const token = `weft_node_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    const committed = await this.store.nodes.issueCredential(contextOf(call), call.params.id, sha256Hex(token));
    const { id, name } = committed.object;
    const credential: NodeCredential = { node: { id, name }, token };
    const { headers } = await this.changes.settle(call, committed);
    return new Reply(credential, headers);
  }
}
