import { Injectable } from '@nestjs/common';
import type { AnyCall } from '@weft/contract';
import { fingerprint, ProblemError } from '@weft/model';
import type { Committed, Match, RequestContext } from '@weft/store';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { etagOf, matchOf } from '../http/preconditions.ts';
import { Reply } from '../http/reply.ts';
import { Revisions } from '../watch/revisions.ts';
import { Convergence } from './convergence.ts';

interface Versioned {
  readonly generation: number;
}

/** What every change is recorded with. */
export function contextOf(call: AnyCall): RequestContext {
  const { principal, idempotencyKey: key, operation } = call;
  return {
    requestId: call.requestId,
    actor: { kind: principal?.kind ?? 'system', name: principal?.name ?? 'system', tokenId: principal?.tokenId ?? null },
    sourceAddress: call.sourceAddress,
    operation: operation.id,
    idempotency: key === null ? null : { key, method: operation.method, path: call.path, fingerprint: fingerprint(call.body) },
  };
}

/** The object as it is now. The change is committed and answered whatever happens: somebody may have deleted it since, the database may be away. */
async function fresh<T>(reread: () => Promise<T>, committed: Committed<T>): Promise<T> {
  try {
    return await reread();
  } catch (error) {
    if (error instanceof ProblemError) return committed.object;
    throw error;
  }
}

/** Carries out mutations: commit, wake the nodes concerned in the background, wait for them when asked to, answer. */
@Injectable()
export class Changes {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly revisions: Revisions,
    private readonly convergence: Convergence,
  ) {}

  /** Creates an object; `reread` gets it anew once the nodes have been waited for. */
  async create<T extends Versioned & { readonly id: string }>(
    call: AnyCall,
    commit: (context: RequestContext) => Promise<Committed<T>>,
    reread: (id: string) => Promise<T>,
  ): Promise<Reply> {
    const committed = await commit(contextOf(call));
    const waited = await this.follow(call, committed);
    const object = waited ? await fresh(() => reread(committed.object.id), committed) : committed.object;
    const headers = { ...this.headers(call, committed, waited), Location: `/v1${call.operation.path}/${object.id}`, ...this.etag(object) };
    return new Reply(object, headers, committed.status);
  }

  /** Changes the object that If-Match names. */
  async update<T extends Versioned>(
    call: AnyCall,
    commit: (context: RequestContext, match: Match) => Promise<Committed<T>>,
    reread: () => Promise<T>,
  ): Promise<Reply> {
    const committed = await commit(contextOf(call), matchOf(call));
    const waited = await this.follow(call, committed);
    const object = waited ? await fresh(reread, committed) : committed.object;
    return new Reply(object, { ...this.headers(call, committed, waited), ...this.etag(object) });
  }

  /** Deletes the object that If-Match names. */
  async delete<T>(call: AnyCall, commit: (context: RequestContext, match: Match) => Promise<Committed<T>>): Promise<Reply> {
    const committed = await commit(contextOf(call), matchOf(call));
    const waited = await this.follow(call, committed);
    return new Reply(undefined, this.headers(call, committed, waited));
  }

  /** Tells whom a change concerns; true when the nodes were then waited for. */
  async follow<T>(call: AnyCall, committed: Committed<T>): Promise<boolean> {
    if (committed.replayed) return false;
    this.dispatcher.wake(committed.concerns, committed.revision);
    this.revisions.changed();
    if (call.waitSeconds === null) return false;
    await this.convergence.reached(committed.revision, committed.concerns, call.waitSeconds, call.gone);
    return true;
  }

  private etag(object: Versioned): Record<string, string> {
    return { ETag: etagOf(this.revisions.epoch, object) };
  }

  private headers<T>(call: AnyCall, committed: Committed<T>, waited: boolean): Record<string, string> {
    return {
      'Weft-Revision': String(committed.revision),
      ...(committed.operationId === null ? {} : { 'Weft-Operation': committed.operationId }),
      ...(committed.replayed ? { 'Idempotency-Replayed': 'true' } : {}),
      ...(waited ? { 'Preference-Applied': `wait=${call.waitSeconds}` } : {}),
    };
  }
}
