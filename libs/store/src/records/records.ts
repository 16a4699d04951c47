import type { AuditEvent, Operation } from '@weft/model';
import type { Recorded } from '../collections.ts';
import type { Database } from '../database/database.ts';
import { standings } from '../fleet/fleet.ts';
import type { ChangeModel } from '../generated/models.ts';
import type { AuditQuery, OperationQuery } from '../query.ts';
import { found } from '../read/not-found.ts';
import { newestFirst } from '../read/page.ts';
import { auditEventOf, changesMatching, operationOf } from './change-row.ts';

const revisionOf = ({ revision }: ChangeModel) => revision;

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
        const rows = await newestFirst(tables, query, revisionOf, (below, take) =>
          tables.change.findMany({
            where: { ...changesMatching(query, below), objectId: query.object },
            orderBy: { revision: 'desc' },
            take,
          }),
        );
        const fleet = await standings(tables);
        return { ...rows, items: rows.items.map((row) => operationOf(row, fleet)) };
      }),
  };
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
        const rows = await newestFirst(tables, query, revisionOf, (below, take) =>
          tables.change.findMany({
            where: { ...changesMatching(query, below), objectId: query.object, actorName: query.actor, operation: query.operation },
            orderBy: { revision: 'desc' },
            take,
          }),
        );
        return { ...rows, items: rows.items.map(auditEventOf) };
      }),
  };
}
