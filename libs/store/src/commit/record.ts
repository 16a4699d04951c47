import { type Id, makeId, type ObjectReference } from '@weft/model';
import type { z } from 'zod';
import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import { newIdBody } from '../new-id.ts';
import type { RequestContext } from '../request-context.ts';
import type { ConcernedNodes, Stamp, Version, Written } from './change.ts';

/** Writes how objects are after a change into history. */
export async function recordVersions(tables: Tables, { revision, at }: Stamp, versions: readonly Version[]): Promise<void> {
  if (versions.length === 0) return;
  await tables.objectVersion.createMany({
    data: versions.map(({ id, dataplaneRevision, ...version }) => ({ ...version, objectId: id, dataplaneRevision, revision, at })),
  });
}

const json = (value: object | null) => (value === null ? Prisma.DbNull : value);

/** Writes who asked for a change, what came of it, and whom it concerns. Answers the id of its operation. */
export async function recordChange(
  tables: Tables,
  { revision, at }: Stamp,
  ctx: RequestContext,
  about: z.infer<typeof ObjectReference>,
  concerns: ConcernedNodes,
  { before, after }: Written<unknown>,
): Promise<Id<'operation'>> {
  const id = newIdBody();
  await tables.change.createMany({
    data: {
      revision,
      at,
      id,
      requestId: ctx.requestId,
      actorKind: ctx.actor.kind,
      actorName: ctx.actor.name,
      actorTokenId: ctx.actor.tokenId,
      sourceAddress: ctx.sourceAddress,
      operation: ctx.operation,
      objectKind: about.kind,
      objectId: about.id,
      objectNamespace: about.namespace,
      objectName: about.name,
      before: json(before),
      after: json(after),
      concernsAll: concerns === 'all',
      concernedNodes: concerns === 'all' ? [] : concerns.map((node) => node.id),
    },
  });
  return makeId('operation', id);
}
