import { type AuditEvent, makeId, type ObjectReference, type Operation } from '@weft/model';
import type { z } from 'zod';
import type { NodeStanding } from '../fleet/fleet.ts';
import { progressOf } from '../fleet/progress.ts';
import type { ChangeModel } from '../generated/models.ts';
import type { RecordQuery } from '../query.ts';
import { among } from '../read/among.ts';

function objectOf(row: ChangeModel): z.infer<typeof ObjectReference> {
  return { kind: row.objectKind, id: row.objectId, namespace: row.objectNamespace, name: row.objectName };
}

/** A change as an audit event: who asked for what. */
export function auditEventOf(row: ChangeModel): AuditEvent {
  return {
    id: makeId('audit', row.id),
    at: row.at.toISOString(),
    requestId: row.requestId,
    actor: { kind: row.actorKind as AuditEvent['actor']['kind'], name: row.actorName, tokenId: row.actorTokenId },
    sourceAddress: row.sourceAddress,
    operation: row.operation,
    object: objectOf(row),
    revision: Number(row.revision),
    before: row.before,
    after: row.after,
    concernedNodes: row.concernsAll ? 'all' : row.concernedNodes,
  };
}

/** A change as an operation: how far it has come. Nodes that are gone since are not counted. */
export function operationOf(row: ChangeModel, fleet: readonly NodeStanding[]): Operation {
  const concerned = fleet.filter(({ id }) => row.concernedNodes.includes(id)).map((node) => node.name);
  const nodes = progressOf(fleet, Number(row.revision), row.concernsAll ? 'all' : concerned);
  return {
    id: makeId('operation', row.id),
    operation: row.operation,
    requestId: row.requestId,
    object: objectOf(row),
    revision: Number(row.revision),
    createdAt: row.at.toISOString(),
    phase: nodes.failed > 0 ? 'Failed' : nodes.stale > 0 ? 'Pending' : nodes.frozen > 0 ? 'Frozen' : 'Applied',
    nodes,
  };
}

/** The part of a filter that both readings of a change share. */
export function changesMatching({ requestId, since, until, within }: RecordQuery, below: bigint | undefined) {
  const place = among(within);
  const reached = place && [{ objectNamespace: place }, { objectKind: 'namespace', objectName: place }];
  return { requestId, at: { gte: since, lt: until }, revision: { lt: below }, OR: reached };
}
