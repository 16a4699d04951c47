export { nodeKeyPrefix, RECONCILE_QUEUE, ReconcileHint } from './hint.ts';
export { createHintSender, type HintSender } from './hint-sender.ts';
export { createHintWorker, type HintWorker } from './hint-worker.ts';
export { createNodeUsers, type NodeUser, type NodeUsers, nodeUserName } from './node-users.ts';
export { asSeenByOthers, asUser, namesUser, type RedisAccess } from './redis-access.ts';
export { parseRedisUrl, RedisUrlError } from './redis-url.ts';
