import { type Id, makeId, type ObjectReference } from '@weft/model';
import type { z } from 'zod';
import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import { newIdBody } from '../new-id.ts';
import { recordDesired } from '../past/record-desired.ts';
import type { RequestContext } from '../request-context.ts';
import type { ConcernedNodes, Stamp, Written } from './change.ts';
import { knownStamp } from './revision.ts';
import { filledIn } from './stand-in.ts';

/** When a change was made: a stamp that is known, or how the database reads the one that stands in for it (stand-in.ts). */
export type When = Stamp | { readonly readBy: Prisma.Sql };

const json = (value: object | null) => (value === null ? null : JSON.stringify(value));

/**
 * Writes how objects are after a change, and what nodes have to know of them, into history; and into the record of changes who asked for it, what came
 * of it and whom it concerns.
 * Every other change waits for this one, so it is one statement, whose text is the same however many objects there are, and the commit travels with it. Answers
 * the id of the change's operation.
 */
export function recordChange(
  tables: Tables,
  when: When,
  { requestId, actor, sourceAddress, operation }: RequestContext,
  about: z.infer<typeof ObjectReference>,
  concerns: ConcernedNodes,
  { before, after, versions }: Written<unknown>,
): Id<'operation'> {
  const id = newIdBody();
  const nodeIds = concerns === 'all' ? [] : concerns.map((node) => node.id);
  const stamp = 'readBy' in when ? when.readBy : knownStamp(when);
  const text = 'readBy' in when ? filledIn : (known: string | null) => Prisma.sql`${known}::jsonb`;
  void tables.$executeRaw`
    WITH stamp AS (${stamp}), version AS (
      SELECT v.* FROM stamp, jsonb_to_recordset(${text(json(versions))})
        AS v (id text, kind text, namespace text, type text, "nodeId" text, "dataplaneRevision" bigint, object jsonb)
    ), history AS (
      INSERT INTO object_version (revision, object_id, kind, namespace, type, node_id, dataplane_revision, object, at)
      SELECT stamp.revision, id, kind, namespace, type, "nodeId", "dataplaneRevision", object, stamp.at FROM version, stamp
    ), desired AS (${recordDesired(about.kind)})
    INSERT INTO change (revision, id, at, request_id, actor_kind, actor_name, actor_token_id, source_address, operation,
      object_kind, object_id, object_namespace, object_name, before, after, concerns_all, concerned_nodes)
    SELECT stamp.revision, ${id}, stamp.at, ${requestId}, ${actor.kind}, ${actor.name}, ${actor.tokenId}, ${sourceAddress}::text, ${operation},
      ${about.kind}, ${about.id}, ${about.namespace}, ${about.name}, ${json(before)}::jsonb, ${text(json(after))},
      ${concerns === 'all'}::boolean, ${nodeIds}::text[] FROM stamp`;
  return makeId('operation', id);
}
