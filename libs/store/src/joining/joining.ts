import type { Node } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import { liveNodes, nodeOf, type StoredNode } from '../nodes/node-row.ts';
import type { Committed, RequestContext } from '../request-context.ts';
import { admission, recordingRefusals } from './admission.ts';
import { credentialRevocation, identityOf, redisUsers, rotation } from './credentials.ts';
import { approval, joining } from './join.ts';
import { joinTokens } from './join-tokens.ts';
import type { JoiningStore } from './joining-store.ts';

export function joiningStore(database: Database): JoiningStore {
  const onNode = async (ctx: RequestContext, prepare: Prepare<StoredNode>): Promise<Committed<Node>> => {
    const committed = await mutate(database, ctx, prepare);
    const live = await database.read((tables) => liveNodes(tables, [committed.object.id]));
    return { ...committed, object: nodeOf(committed.object, live.get(committed.object.id)) };
  };
  return {
    tokens: joinTokens(database),
    admit: (ctx, request) => admission(database, ctx, request),
    join: (ctx, request, facts, credential) =>
      recordingRefusals(database, ctx, () => mutate(database, ctx, joining(request, facts, credential))),
    approve: (ctx, nodeId) => onNode(ctx, approval(nodeId)),
    rotate: (ctx, nodeId, tokenId, credential) => mutate(database, ctx, rotation(nodeId, tokenId, credential)),
    revoke: (ctx, nodeId) => onNode(ctx, credentialRevocation(nodeId)),
    identity: (nodeId, tokenId) => database.read((tables) => identityOf(tables, nodeId, tokenId)),
    forgetRemoved: (seconds) =>
      database.read(
        (tables) =>
          tables.$executeRaw`DELETE FROM removed_credential WHERE removed_at < clock_timestamp() - make_interval(secs => ${seconds}::float8)`,
      ),
    redisUsers: (nodeId) => database.read((tables) => redisUsers(tables, nodeId ?? null)),
  };
}
