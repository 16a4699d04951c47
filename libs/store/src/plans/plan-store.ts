import type { ObjectReference, Reach } from '@weft/model';
import type { z } from 'zod';
import { CONCERNING_NODES } from '../commit/effect.ts';
import type { Database } from '../database/database.ts';
import type { ChangeModel } from '../generated/models.ts';
import { type DesiredFleet, fleetAt } from '../past/fleet-at.ts';
import { auditEventOf, changesMatching } from '../records/change-row.ts';

/** A change that came between a plan and its application. */
export interface InterveningChange {
  readonly revision: number;
  readonly operation: string;
  readonly object: z.infer<typeof ObjectReference>;
  /** Name of whoever made it. */
  readonly actor: string;
}

/** What plans are made from. */
export interface PlanStore {
  /** The secret that plan tokens are signed with, the same for every replica. */
  key(): Promise<string>;
  /** What all nodes had to know as of a revision. */
  fleet(revision: number): Promise<DesiredFleet>;
  /**
   * Changes after a revision that may be seen within these namespaces, at most `limit`: those of the objects with these ids first, then those of which nodes
   * had to know something, then all others; the newest of each first.
   */
  changesSince(revision: number, ids: readonly string[], within: Reach, limit: number): Promise<InterveningChange[]>;
}

export function planStore(database: Database): PlanStore {
  return {
    key: async () =>
      (await database.read((tables) => tables.cluster.findUniqueOrThrow({ where: { id: 1 }, select: { planKey: true } }))).planKey,
    fleet: (revision) => database.read((tables) => fleetAt(tables, revision, null)),
    changesSince: async (revision, ids, within, limit) => {
      const since = { AND: [changesMatching({ within, limit, cursor: null }, undefined), { revision: { gt: revision } }] };
      const ofThem = { objectId: { in: [...ids] } };
      const rows = await database.read(async (tables) => {
        const found: ChangeModel[] = [];
        for (const first of [ofThem, CONCERNING_NODES, {}]) {
          const where = { AND: [since, first, { revision: { notIn: found.map((row) => row.revision) } }] };
          found.push(...(await tables.change.findMany({ where, orderBy: { revision: 'desc' }, take: limit - found.length })));
        }
        return found;
      });
      return rows.map(auditEventOf).map((event) => ({ ...event, actor: event.actor.name }));
    },
  };
}
