import { hash } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type AnyOperation, decide, join, nodeAgent, operationOf, type Principal } from '@weft/contract';
import { ProblemError } from '@weft/model';
import type { Store } from '@weft/store';
import { STORE } from '../tokens.ts';
import { Admission, laneOf } from './admission.ts';
import { PullsFirst } from './pulls-first.ts';
import type { WeftRequest } from './weft-request.ts';

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** All that a node may do before somebody has approved it: ask whether it is. */
const WHILE_PENDING = join.nodeAgentIdentityView.id;

/** A report may stand back for nodes that pull, unless it tells of pods: somebody waits for that. */
const standsBack = ({ id }: AnyOperation, body: unknown) =>
  id === nodeAgent.nodeAgentReport.id && (body as { readonly pods?: { readonly length?: unknown } } | null | undefined)?.pods?.length === 0;

/** Lets a request through when its bearer token allows the operation. A handler without an operation is let through by nobody. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly admission: Admission,
    private readonly pullsFirst: PullsFirst,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const operation = operationOf(context.getHandler());
    if (operation === undefined) throw new ProblemError('Forbidden', 'this path has no operation');
    const request = context.switchToHttp().getRequest<WeftRequest>();
    request.principal = null;
    if (operation.permission === null) return this.letAnybodyIn(request, operation);
    const principal = await this.authenticate(request, operation);
    const { allowed, reason } = decide(principal, operation, null);
    if (!allowed) throw new ProblemError('Forbidden', reason);
    request.principal = principal;
    return true;
  }

  /** Whoever needs no token may look as often as they like, which costs little, and act as often as strangers may. */
  private letAnybodyIn(request: WeftRequest, { method }: AnyOperation): true {
    if (method !== 'GET') request.leave = this.admission.admitStranger(request.ip);
    return true;
  }

  /** Only the token's SHA-256 is compared, by an index: how long that takes tells nothing about a token. */
  private async authenticate(request: WeftRequest, operation: AnyOperation): Promise<Principal> {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new ProblemError('Unauthenticated', 'send Authorization: Bearer <token>');
    const sha256 = hash('sha256', token);
    const lane = laneOf(operation);
    if (this.admission.knows(sha256) && standsBack(operation, request.body)) await this.pullsFirst.turn(sha256);
    const place = this.admission.admit(lane, sha256, request.ip);
    request.leave = place;
    // Nodes are let in over connections of their own: people who wait for the database do not stand before them.
    const door = lane === 'people' ? this.store.tokens : this.store.agent;
    const { node, ...known } = await door.authenticate(sha256);
    request.leave = this.admission.letIn(lane, sha256, place);
    if (node !== null && !node.approved && operation.id !== WHILE_PENDING)
      throw new ProblemError('AwaitingApproval', `somebody has to approve ${node.name}: POST /nodes/${node.id}/approve`);
    return { ...known, kind: node === null ? 'user' : 'node', nodeId: node?.id ?? null };
  }
}
