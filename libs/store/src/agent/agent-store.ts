import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import { ALL_ALIKE } from '../database/together.ts';
import type { AgentStore } from '../store.ts';
import { authentication } from '../tokens/authenticate.ts';
import { pulls } from './pull.ts';
import { reports } from './report.ts';
import { sessionOpening } from './session.ts';

/** After a change all nodes come at once, and how long they wait at the door matters less than how often the database is asked who they are. */
const CROWDS = { ...ALL_ALIKE, restMaxMs: 40, gatherMs: 30 };

export function agentStore(database: Database): AgentStore {
  return {
    authenticate: authentication(database, CROWDS),
    openSession: (ctx, nodeId, facts) => mutate(database, ctx, sessionOpening(nodeId, facts)),
    refuseSession: async (nodeId, failure) => {
      await database.read((tables) => tables.nodeState.update({ where: { nodeId }, data: { failure, lastSeenAt: new Date() } }));
    },
    pull: pulls(database),
    report: reports(database),
  };
}
