import { once } from 'node:events';
import { auditApi, type Filters, type Recorded } from '../api/audit-api.ts';
import { table } from '../terminal/table.ts';

interface Options {
  readonly state?: string;
}

/** Filters as they are given on the command line. */
interface FilterOptions extends Options {
  readonly node?: string;
  readonly object?: string;
  readonly actor?: string;
  readonly request?: string;
  readonly since?: string;
  readonly until?: string;
  readonly operation?: string;
  readonly outcome?: string;
  readonly cause?: string;
}

interface ListOptions extends FilterOptions {
  readonly count: number;
  readonly output: 'text' | 'json';
}

/** The filters by their names in the API. */
export function filtersOf({ node, object, actor, request, since, until, operation, outcome, cause }: FilterOptions): Filters {
  const wanted = { node, object, actor, requestId: request, since, until, operation, outcome, cause };
  return Object.fromEntries(Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Lines about who asked for what. */
export function eventLines(events: readonly Recorded['events'][]): string[] {
  const rows = events.map(({ at, actor, operation, object, revision, requestId }) => {
    const name = object.namespace === null ? object.name : `${object.namespace}/${object.name}`;
    return [at, actor.name, operation, `${object.kind} ${name}`, String(revision), requestId];
  });
  return table(['AT', 'ACTOR', 'OPERATION', 'OBJECT', 'REVISION', 'REQUEST'], rows);
}

/** Lines about what was done on the nodes. */
export function receiptLines(receipts: readonly Recorded['receipts'][]): string[] {
  const rows = receipts.map(({ startedAt, node, cause, outcome, fromRevision, toRevision, durationMs, steps, requestIds }) => [
    startedAt,
    node,
    cause,
    outcome,
    `${fromRevision}-${toRevision}`,
    `${durationMs.toFixed(1)} ms`,
    String(steps.length),
    requestIds.length > 1 ? `${requestIds[0]} and ${requestIds.length - 1} more` : (requestIds[0] ?? ''),
  ]);
  return table(['STARTED', 'NODE', 'CAUSE', 'OUTCOME', 'REVISIONS', 'TOOK', 'STEPS', 'REQUESTS'], rows);
}

/** Prints the newest records of a stream. */
export async function listRecords(stream: keyof Recorded, { count, output, ...options }: ListOptions): Promise<void> {
  const api = await auditApi(options.state);
  const filters = filtersOf(options);
  const print = <T>(records: readonly T[], asLines: (records: readonly T[]) => string[]) =>
    console.log(output === 'json' ? JSON.stringify(records, null, 2) : asLines(records).join('\n'));
  if (stream === 'events') print(await api.newestEvents(filters, count), eventLines);
  else print(await api.newestReceipts(filters, count), receiptLines);
}

/** Writes every record of a stream to standard output, one JSON object a line, no faster than it is read there. */
export async function exportRecords(stream: keyof Recorded, options: FilterOptions): Promise<void> {
  const api = await auditApi(options.state);
  for await (const record of api.records(stream, filtersOf(options)))
    if (!process.stdout.write(`${JSON.stringify(record)}\n`)) await once(process.stdout, 'drain');
}

/** Signs where the chains stand and prints that, to be kept where nobody of this fleet can write. */
export async function makeCheckpoint({ state }: Options): Promise<void> {
  console.log(JSON.stringify(await (await auditApi(state)).checkpoint(), null, 2));
}
