import type { AuditEvent, Operation } from '@weft/model';
import type { Recorded } from '../collections.ts';
import type { Database, Tables } from '../database/database.ts';
import { standings } from '../fleet/fleet.ts';
import type { ChangeModel } from '../generated/models.ts';
import type { AuditQuery, OperationQuery, RecordQuery } from '../query.ts';
import { found } from '../read/not-found.ts';
import { newestFirst } from '../read/page.ts';
import { numbersBetween } from '../read/times.ts';
import { auditEventOf, changesMatching, operationOf } from './change-row.ts';

const revisionOf = ({ revision }: ChangeModel) => revision;

/** Bounds for the revisions of the changes of a time. */
const revisionsBetween = (tables: Tables, query: RecordQuery) =>
  numbersBetween(query, async (at, order) => {
    const row = await tables.change.findFirst({ where: { at }, orderBy: { at: order }, select: { revision: true } });
    return row?.revision;
  });

/** The part of an id that both readings of a change share. */
const bodyOf = (id: string) => id.slice(id.indexOf('_') + 1);

export function operations(database: Database): Recorded<Operation, OperationQuery> {
  return {
    get: (id) =>
      database.read(async (tables) => {
        const row = found(id.startsWith('op_') ? await tables.change.findUnique({ where: { id: bodyOf(id) } }) : null, 'operation', id);
        return operationOf(row, await standings(tables));
      }),
    list: (query) =>
      database.read(async (tables) => {
        const revisions = await revisionsBetween(tables, query);
        const rows = await newestFirst(tables, query, revisionOf, (below, take) =>
          tables.change.findMany({
            where: { ...changesMatching(query, below), AND: { revision: revisions }, objectId: query.object },
            orderBy: { revision: 'desc' },
            take,
          }),
        );
        const fleet = await standings(tables);
        return { ...rows, items: rows.items.map((row) => operationOf(row, fleet)) };
      }),
  };
}

/** Changes that a node had to know of, as a condition on their rows; a name that no node has now is that of none. */
async function concerning(tables: Tables, node: string | undefined) {
  if (node === undefined) return [];
  const row = await tables.node.findUnique({ where: { name: node }, select: { id: true } });
  return [{ OR: [{ concernsAll: true }, ...(row === null ? [] : [{ concernedNodes: { has: row.id } }])] }];
}

export function audit(database: Database): Recorded<AuditEvent, AuditQuery> {
  return {
    get: (id) =>
      database.read(async (tables) =>
        auditEventOf(
          found(id.startsWith('aud_') ? await tables.change.findUnique({ where: { id: bodyOf(id) } }) : null, 'audit event', id),
        ),
      ),
    list: (query) =>
      database.read(async (tables) => {
        const revisions = await revisionsBetween(tables, query);
        const node = await concerning(tables, query.node);
        const rows = await newestFirst(tables, query, revisionOf, (below, take) =>
          tables.change.findMany({
            where: {
              ...changesMatching(query, below),
              AND: [{ revision: revisions }, ...node],
              objectId: query.object,
              actorName: query.actor,
              operation: query.operation,
            },
            orderBy: { revision: 'desc' },
            take,
          }),
        );
        return { ...rows, items: rows.items.map(auditEventOf) };
      }),
  };
}
