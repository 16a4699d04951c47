import type { Id, Trace, TraceCreate, TraceStatus } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database, Tables } from '../database/database.ts';
import type { TraceModel } from '../generated/models.ts';
import { found } from '../read/not-found.ts';
import type { Committed, RequestContext } from '../request-context.ts';

/** Traces. Each is kept for a day. */
export interface TraceStore {
  /** Keeps a new trace, which runs. */
  create(ctx: RequestContext, spec: TraceCreate): Promise<Committed<Trace>>;
  /** NotFound for one that was forgotten. One that nobody says any more that he follows it has failed. */
  get(id: string): Promise<Trace>;
  /** Says that a trace is still followed: to be repeated every FOLLOWED_EVERY_MS. */
  follow(id: string): Promise<void>;
  /** Keeps what a trace found. */
  end(id: string, status: TraceStatus): Promise<void>;
}

/** For how long a trace is kept, in ms. */
const KEPT_MS = 24 * 3_600_000;

/** How often whoever follows a trace says so, in ms, and how long it may have been said last, in seconds. */
export const FOLLOWED_EVERY_MS = 2_000;
const SILENT_SECONDS = 10;

const RUNNING: TraceStatus = { phase: 'Running', verdict: null, why: null, hops: [], notes: [] };
const LOST: TraceStatus = { ...RUNNING, phase: 'Failed', why: 'the replica that followed it has ended: start another one' };

function traceOf({ id, spec, status, createdAt }: Omit<TraceModel, 'followedAt'>): Trace {
  return { id: id as Id<'trace'>, createdAt: createdAt.toISOString(), ...(spec as TraceCreate), status: status as TraceStatus };
}

/** By the clock of the database, which all replicas have. */
async function isFollowed(tables: Tables, id: string): Promise<boolean> {
  const [row] = await tables.$queryRaw<{ silent: boolean }[]>`
    SELECT followed_at < now() - make_interval(secs => ${SILENT_SECONDS}::float8) AS silent FROM trace WHERE id = ${id}`;
  return row?.silent === false;
}

async function traceNow(tables: Tables, id: string): Promise<Trace> {
  const trace = traceOf(found(await tables.trace.findUnique({ where: { id } }), 'trace', id));
  return trace.status.phase !== 'Running' || (await isFollowed(tables, id)) ? trace : { ...trace, status: LOST };
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
    get: (id) => database.read((tables) => traceNow(tables, id)),
    follow: async (id) => {
      await database.transaction((tables) => tables.$executeRaw`UPDATE trace SET followed_at = now() WHERE id = ${id}`);
    },
    end: async (id, status) => {
      await database.transaction((tables) => tables.trace.updateMany({ where: { id }, data: { status } }));
    },
  };
}
