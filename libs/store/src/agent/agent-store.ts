import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import type { AgentStore } from '../store.ts';
import { authentication } from '../tokens/authenticate.ts';
import { pulls } from './pull.ts';
import { reports } from './report.ts';
import { sessionOpening } from './session.ts';

export function agentStore(database: Database): AgentStore {
  return {
    authenticate: authentication(database),
    openSession: (ctx, nodeId, facts) => mutate(database, ctx, sessionOpening(nodeId, facts)),
    refuseSession: async (nodeId, failure) => {
      await database.read((tables) => tables.nodeState.update({ where: { nodeId }, data: { failure, lastSeenAt: new Date() } }));
    },
    pull: pulls(database),
    report: reports(database),
  };
}
