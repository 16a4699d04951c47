import type { OnConnection } from '@weft/jobs';
import { errorChain, type Logger } from '@weft/telemetry';

/** Says in one line when Redis cannot be reached, and in one when it can again. `what` it means in between. */
export function redisWatch(log: Logger, what: string): OnConnection {
  let failing = false;
  return (error) => {
    if (error !== null && !failing) log.warn({ why: errorChain(error) }, `Redis cannot be reached: ${what}; trying again`);
    if (error === null && failing) log.info('Redis can be reached again');
    failing = error !== null;
  };
}
