import { type FieldError, type ProblemCode, ProblemError } from '@weft/model';
import pg from 'pg';
import { Prisma } from '../generated/client.ts';

/** What adapter-pg says about an error of the database. */
interface Cause {
  readonly kind?: string;
  readonly originalCode?: string;
  readonly constraint?: { readonly index?: string };
}

interface Refusal {
  readonly code: ProblemCode;
  readonly pointer: string;
  readonly detail: string;
}

/** Tables of objects that a plan may have given their ids, and that a second application of it would make once more. */
const PLANNABLE = ['namespace', 'node', 'pod', 'service', 'endpoint', 'rollout', 'token', 'join_token'];

const THERE_ALREADY: Refusal = { code: 'NameTaken', pointer: '', detail: 'the object that was planned is there already' };

/** What it means when a constraint of the schema refuses a row. */
const CONSTRAINTS: Readonly<Record<string, Refusal>> = {
  ...Object.fromEntries(PLANNABLE.map((table) => [`${table}_pkey`, THERE_ALREADY])),
  namespace_name_key: { code: 'NameTaken', pointer: '/name', detail: 'a namespace of that name exists' },
  node_name_key: { code: 'NameTaken', pointer: '/name', detail: 'a node of that name exists' },
  token_name_key: { code: 'NameTaken', pointer: '/name', detail: 'a token of that name exists' },
  pod_namespace_name_key: { code: 'NameTaken', pointer: '/name', detail: 'a pod of that name exists in the namespace' },
  service_namespace_name_key: { code: 'NameTaken', pointer: '/name', detail: 'a service of that name exists in the namespace' },
  pod_ip_key: { code: 'AddressTaken', pointer: '/ip', detail: 'the address is in use by another pod' },
  service_cluster_ip_key: { code: 'AddressTaken', pointer: '/clusterIP', detail: 'the address is in use by another service' },
  node_port_pkey: { code: 'NodePortTaken', pointer: '/ports', detail: 'a node port is in use by another service' },
  external_address_pkey: { code: 'AddressTaken', pointer: '', detail: 'an external address and port is in use by another service' },
  endpoint_service_id_port_name_ip_port_key: {
    code: 'AddressTaken',
    pointer: '/ip',
    detail: 'the service port has an endpoint of that address and port',
  },
  endpoint_node_id_fkey: { code: 'InUse', pointer: '', detail: 'an endpoint is on the node' },
  pod_node_id_fkey: { code: 'InUse', pointer: '', detail: 'pods are on the node' },
  pod_namespace_fkey: { code: 'InUse', pointer: '', detail: 'pods are in the namespace' },
  service_namespace_fkey: { code: 'InUse', pointer: '', detail: 'services are in the namespace' },
};

/** Prisma: not reachable, timed out, closed the connection, no connection free, transaction expired, write conflict. */
const PASSING_PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034']);
/** SQLSTATE classes: connection, transaction rollback, insufficient resources, operator intervention; 55P03: lock not available. */
const PASSING_SQLSTATE = /^(08|40|53|57|55P03)/;
/** Kind of adapter-pg for a transaction that the database ended because others waited for it as it for them. */
const ROLLED_BACK = 'TransactionWriteConflict';

/** Kinds of adapter-pg for a connection that broke. */
const PASSING_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections', ROLLED_BACK]);
/** Of Node and pg, for a connection that breaks under a statement, that is not free in time, or that stays silent. */
const PASSING_MESSAGE =
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOENT.*\.s\.PGSQL|Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|^timeout expired$/;

/** SQLSTATE of serialization failures and deadlocks. */
const ROLLED_BACK_SQLSTATE = new Set(['40001', '40P01']);

/** What adapter-pg would say of an error that did not pass through it. */
function causeFrom({ code = '', constraint = '' }: pg.DatabaseError): Cause {
  return { kind: ROLLED_BACK_SQLSTATE.has(code) ? ROLLED_BACK : 'postgres', originalCode: code, constraint: { index: constraint } };
}

/** What the database said: to us, or to Prisma, which wraps it for models. */
function causeOf(error: Error): Cause {
  if (error instanceof pg.DatabaseError) return causeFrom(error);
  if (error.name === 'DriverAdapterError') return (error.cause ?? {}) as Cause;
  const meta = error instanceof Prisma.PrismaClientKnownRequestError ? error.meta : undefined;
  return (meta as { driverAdapterError?: { cause?: Cause } } | undefined)?.driverAdapterError?.cause ?? {};
}

/** The SQLSTATE of an error, whether a statement of ours met it or one of a model; null for what is none of the database's. */
export function sqlstateOf(error: unknown): string | null {
  return error instanceof Error ? (causeOf(error).originalCode ?? null) : null;
}

/** True when the database has ended a transaction that may succeed when it is done anew. */
export function isRolledBack(error: unknown): boolean {
  return error instanceof Error && causeOf(error).kind === ROLLED_BACK;
}

/** True for what passes by itself. */
function isPassing(error: Error, { kind = '', originalCode = '' }: Cause): boolean {
  const code = error instanceof Prisma.PrismaClientKnownRequestError ? error.code : '';
  return PASSING_PRISMA.has(code) || PASSING_SQLSTATE.test(originalCode) || PASSING_KINDS.has(kind) || PASSING_MESSAGE.test(error.message);
}

function unavailable(error: Error): ProblemError {
  return new ProblemError('Unavailable', 'the database cannot answer now; try again', [], { cause: error });
}

function refusal({ code, pointer, detail }: Refusal, cause: Error): ProblemError {
  const errors: FieldError[] = pointer === '' ? [] : [{ pointer, code, message: detail }];
  return new ProblemError(code, detail, errors, { cause });
}

/** The ProblemError that a database error stands for; errors nobody foresaw stay what they are. */
export function asProblem(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ProblemError) return error;
  const cause = causeOf(error);
  const known = CONSTRAINTS[cause.constraint?.index ?? ''];
  if (known) return refusal(known, error);
  return isPassing(error, cause) ? unavailable(error) : error;
}

/** True for the problem that says no more than that the database cannot answer now. */
export const saysNothing = (problem: unknown): boolean => problem instanceof ProblemError && problem.code === 'Unavailable';

/** Of what was committed when the database did not say that its disk has it. */
export function outcomeUnknown(cause: unknown): ProblemError {
  const detail =
    'the database has not said that it keeps what was done: it may be done, or not; look before you send it again, or send it again with the Idempotency-Key it had';
  return new ProblemError('Unavailable', detail, [], { cause });
}
