import { Inject, Injectable } from '@nestjs/common';
import type { AnyCall, CallOf, JoinTokenIssued, join, joinTokens } from '@weft/contract';
import { type JoinOutlook, type Node, type NodeCredential, type NodeIdentity, sha256Hex } from '@weft/model';
import type { Committed, Credentialed, JoinRequest, NewCredential, RequestContext, Store } from '@weft/store';
import { Changes, contextOf } from '../changes/changes.ts';
import type { Config } from '../config.ts';
import { Reply } from '../http/reply.ts';
import { callingNode } from '../node-agents.ts';
import { CONFIG, STORE } from '../tokens.ts';
import { NodeRedis } from './node-redis.ts';
import { requireProtocol } from './protocol.ts';
import { newSecret, newToken } from './secrets.ts';

/** A credential that was just made, with the secrets that only its node will know. */
interface Secrets {
  readonly token: string;
  readonly password: string;
  readonly hashes: NewCredential;
}

/** How hosts become nodes, prove who they are, and cease to. */
@Injectable()
export class Joining {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CONFIG) private readonly config: Config,
    private readonly changes: Changes,
    private readonly redis: NodeRedis,
  ) {}

  async createToken(call: CallOf<typeof joinTokens.joinTokenCreate>): Promise<Reply> {
    const token = newToken('join');
    const reply = await this.changes.create(
      call,
      (context) => this.store.joining.tokens.create(context, call.body, sha256Hex(token)),
      (id) => this.store.joining.tokens.get(id),
    );
    const issued: JoinTokenIssued = { ...(reply.body as JoinTokenIssued), token };
    return new Reply(issued, reply.headers, reply.status);
  }

  async preview(call: CallOf<typeof join.nodeJoinPreview>): Promise<JoinOutlook> {
    const { tokenId: _tokenId, ...outlook } = await this.store.joining.admit(this.contextOf(call, null), this.requestOf(call));
    return outlook;
  }

  async join(call: CallOf<typeof join.nodeJoin>): Promise<Reply> {
    requireProtocol(call.body.protocol);
    const request = this.requestOf(call);
    const { tokenId, nodeName } = await this.store.joining.admit(this.contextOf(call, null), request);
    const context = this.contextOf({ ...call, body: { nodeName: nodeName ?? undefined } }, tokenId);
    const secrets = this.newSecrets(call.body.receiptKey);
    return this.issue(call, secrets, await this.store.joining.join(context, request, call.body.facts, secrets.hashes));
  }

  async rotate(call: CallOf<typeof join.nodeAgentCredentialRotate>): Promise<Reply> {
    const secrets = this.newSecrets(call.body.receiptKey);
    const context = contextOf(call);
    return this.issue(
      call,
      secrets,
      await this.store.joining.rotate(context, callingNode(call), context.actor.tokenId ?? '', secrets.hashes),
    );
  }

  /** Ends the credentials of a node at once, in Redis as well. */
  async revoke(call: AnyCall, nodeId: string): Promise<Reply> {
    const committed = await this.store.joining.revoke(contextOf(call), nodeId);
    await this.redis.tell(nodeId);
    const { headers } = await this.changes.settle(call, committed);
    return new Reply(undefined, headers);
  }

  async approve(call: CallOf<typeof join.nodeApprove>): Promise<Reply> {
    const commit = async (context: RequestContext): Promise<Committed<Node>> => {
      const committed = await this.store.joining.approve(context, call.params.id);
      await this.redis.tell(call.params.id);
      return committed;
    };
    const { body, headers } = await this.changes.create(call, commit, (id) => this.store.nodes.get(id));
    const { Location: _location, ...told } = headers;
    return new Reply(body, told);
  }

  identity(call: AnyCall): Promise<NodeIdentity> {
    return this.store.joining.identity(callingNode(call), call.principal?.tokenId ?? '');
  }

  /** A host that joins has no token yet but the one it joins by, and no name but the one it says. */
  private contextOf(call: AnyCall & { readonly body: { readonly nodeName?: string | undefined } }, tokenId: string | null): RequestContext {
    return { ...contextOf(call), actor: { kind: 'node', name: call.body.nodeName ?? '', tokenId } };
  }

  private requestOf(call: AnyCall & { readonly body: { readonly token: string; readonly nodeName?: string | undefined } }): JoinRequest {
    const { token, nodeName } = call.body;
    return { tokenSha256: sha256Hex(token), nodeName, from: call.sourceAddress };
  }

  private newSecrets(receiptKey: string | undefined): Secrets {
    const token = newToken('node');
    const password = newSecret();
    const hashes = {
      sha256: sha256Hex(token),
      redisSha256: sha256Hex(password),
      lifetimeSeconds: this.config.WEFT_NODE_CREDENTIAL_SECONDS,
      receiptKey,
    };
    return { token, password, hashes };
  }

  private async issue(call: AnyCall, { token, password, hashes }: Secrets, committed: Committed<Credentialed>): Promise<Reply> {
    const { node, approved, expiresAt } = committed.object;
    await this.redis.tell(node.id);
    const { headers } = await this.changes.settle(call, committed);
    const redis = this.redis.accessOf(node.id, password);
    const credential: NodeCredential = { node, approved, token, expiresAt, expiresInSeconds: hashes.lifetimeSeconds, redis };
    return new Reply(credential, headers);
  }
}
