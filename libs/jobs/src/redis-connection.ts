import { Redis } from 'ioredis';
import type { RedisAccess } from './redis-access.ts';
import { parseRedisUrl } from './redis-url.ts';

/** How long to wait before connection attempt number `attempt`, in ms: for ever, at most 2 s apart. */
const retryStrategy = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000);

/** A peer that died without a FIN is noticed when a command has had no answer for this long; blocking reads answer within 10 s. */
const SOCKET_TIMEOUT_MS = 30_000;

/**
 * For sending: a command fails at once while Redis is away. Nobody waits on a hint, and the sweep repeats it.
 * Errors of the connection go to `onError`; it reconnects by itself for ever.
 */
export function connectProducer(redis: RedisAccess, onError: (error: Error) => void): Redis {
  const connection = new Redis({
    ...parseRedisUrl(redis.url),
    retryStrategy,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: 5_000,
    socketTimeout: SOCKET_TIMEOUT_MS,
  });
  return connection.on('error', onError);
}

/** For a worker: commands wait until Redis is back (BullMQ asks for `maxRetriesPerRequest: null`). Reconnects by itself for ever. */
export function connectConsumer(redis: RedisAccess, onError: (error: Error) => void): Redis {
  const connection = new Redis({
    ...parseRedisUrl(redis.url),
    retryStrategy,
    maxRetriesPerRequest: null,
    connectTimeout: 5_000,
    socketTimeout: SOCKET_TIMEOUT_MS,
  });
  return connection.on('error', onError);
}
