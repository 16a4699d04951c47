import type { Id, Trace, TraceCreate, TraceStatus } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import type { TraceModel } from '../generated/models.ts';
import { found } from '../read/not-found.ts';
import type { Committed, RequestContext } from '../request-context.ts';

/** Traces. Each is kept for a day. */
export interface TraceStore {
  /** Keeps a new trace, which runs. */
  create(ctx: RequestContext, spec: TraceCreate): Promise<Committed<Trace>>;
  /** NotFound for one that was forgotten. One that should have ended long ago has failed: whoever followed it is gone. */
  get(id: string): Promise<Trace>;
  /** Keeps what a trace found. */
  end(id: string, status: TraceStatus): Promise<void>;
}

/** For how long a trace is kept, in ms. */
const KEPT_MS = 24 * 3_600_000;

/** How long after its time a trace may take to be ended, in ms: nodes are asked for the last time, and may not answer. */
const LATE_MS = 60_000;

const RUNNING: TraceStatus = { phase: 'Running', verdict: null, why: null, hops: [], notes: [] };
const LOST: TraceStatus = { ...RUNNING, phase: 'Failed', why: 'the replica that followed it has ended: start another one' };

function traceOf({ id, spec: kept, status: last, createdAt }: TraceModel): Trace {
  const [spec, status] = [kept as TraceCreate, last as TraceStatus];
  const isLost = status.phase === 'Running' && Date.now() > createdAt.getTime() + spec.timeoutSeconds * 1_000 + LATE_MS;
  return { id: id as Id<'trace'>, createdAt: createdAt.toISOString(), ...spec, status: isLost ? LOST : status };
}

function traceCreation(spec: TraceCreate): Prepare<Trace> {
  return async (tables, newId) => {
    const id = newId('trace');
    return {
      about: { kind: 'trace', id, namespace: null, name: id },
      concerns: [],
      status: 201,
      write: async ({ at }) => {
        await tables.trace.deleteMany({ where: { createdAt: { lt: new Date(at.getTime() - KEPT_MS) } } });
        const object = traceOf(await tables.trace.create({ data: { id, spec, status: RUNNING, createdAt: at } }));
        return { object, before: null, after: object, versions: [] };
      },
    };
  };
}

export function traceStore(database: Database): TraceStore {
  return {
    create: (ctx, spec) => mutate(database, ctx, traceCreation(spec)),
    get: async (id) => traceOf(found(await database.read((tables) => tables.trace.findUnique({ where: { id } })), 'trace', id)),
    end: async (id, status) => {
      await database.transaction((tables) => tables.trace.updateMany({ where: { id }, data: { status } }));
    },
  };
}
