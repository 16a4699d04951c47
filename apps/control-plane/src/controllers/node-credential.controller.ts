import { randomBytes } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { type CallOf, type NodeCredential, nodes, Operation } from '@weft/contract';
import { sha256Hex } from '@weft/model';
import type { Store } from '@weft/store';
import { contextOf } from '../changes/changes.ts';
import { STORE } from '../tokens.ts';

const TOKEN_BYTES = 32;

@Controller()
export class NodeCredentialController {
  constructor(@Inject(STORE) private readonly store: Store) {}

  @Operation(nodes.nodeCredentialIssue)
  async issue(call: CallOf<typeof nodes.nodeCredentialIssue>): Promise<NodeCredential> {
    const token = `weft_node_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    const { object } = await this.store.nodes.issueCredential(contextOf(call), call.params.id, sha256Hex(token));
    return { node: { id: object.id, name: object.name }, token };
  }
}
