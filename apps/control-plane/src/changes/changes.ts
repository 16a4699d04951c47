import { Injectable } from '@nestjs/common';
import type { AnyCall } from '@weft/contract';
import { fingerprint, ProblemError } from '@weft/model';
import type { Committed, Match, RequestContext } from '@weft/store';
import { etagOf, matchOf } from '../http/preconditions.ts';
import { Reply } from '../http/reply.ts';
import { Revisions } from '../watch/revisions.ts';
import { Announcements } from './announcements.ts';
import { Convergence } from './convergence.ts';

/** A change that was told to whom it concerns. */
interface Settled {
  /** True when they were waited for. */
  readonly waited: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** The HTTP status for what is not over when it is answered. */
const ACCEPTED = 202;

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
    reach: principal === null ? [] : principal.namespaces,
    rehearsal: call.rehearsal,
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
    private readonly announcements: Announcements,
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
    const { waited, headers } = await this.settle(call, committed);
    const object = waited ? await fresh(() => reread(committed.object.id), committed) : committed.object;
    const Location = `/v1${call.operation.path}/${object.id}`;
    return new Reply(object, { ...headers, Location, ...this.etag(object) }, committed.status);
  }

  /** Begins something that takes longer than its answer, about an object that is there. */
  async begin<T extends Versioned>(
    call: AnyCall,
    commit: (context: RequestContext) => Promise<Committed<T>>,
    reread: () => Promise<T>,
  ): Promise<Reply> {
    const committed = await commit(contextOf(call));
    const { waited, headers } = await this.settle(call, committed);
    const object = waited ? await fresh(reread, committed) : committed.object;
    return new Reply(object, { ...headers, ...this.etag(object) }, committed.status);
  }

  /** Changes the object that If-Match names. */
  async update<T extends Versioned>(
    call: AnyCall,
    commit: (context: RequestContext, match: Match) => Promise<Committed<T>>,
    reread: () => Promise<T>,
  ): Promise<Reply> {
    const committed = await commit(contextOf(call), matchOf(call));
    const { waited, headers } = await this.settle(call, committed);
    const object = waited ? await fresh(reread, committed) : committed.object;
    return new Reply(object, { ...headers, ...this.etag(object) });
  }

  /** Deletes the object that If-Match names. One that is given time to go is answered as it is. */
  async delete<T extends Versioned>(
    call: AnyCall,
    commit: (context: RequestContext, match: Match) => Promise<Committed<T>>,
  ): Promise<Reply> {
    const committed = await commit(contextOf(call), matchOf(call));
    const { headers } = await this.settle(call, committed);
    const { object, status } = committed;
    return status === ACCEPTED ? new Reply(object, { ...headers, ...this.etag(object) }, ACCEPTED) : new Reply(undefined, headers);
  }

  /** Wakes whom a change concerns, waits for them when the call asks to, and gives the headers that tell of it. */
  async settle<T>(call: AnyCall, { revision, concerns, operationId, replayed }: Committed<T>): Promise<Settled> {
    if (!replayed) this.announcements.announce({ concerns, revision });
    const waited = !replayed && call.waitSeconds !== null;
    if (waited) await this.convergence.reached(revision, concerns, call.waitSeconds, call.gone);
    const headers = {
      'Weft-Revision': String(revision),
      ...(operationId === null ? {} : { 'Weft-Operation': operationId }),
      ...(replayed ? { 'Idempotency-Replayed': 'true' } : {}),
      ...(waited ? { 'Preference-Applied': `wait=${call.waitSeconds}` } : {}),
    };
    return { waited, headers };
  }

  private etag(object: Versioned): Record<string, string> {
    return { ETag: etagOf(this.revisions.epoch, object) };
  }
}
