export { type ChildProcess, type ChildProgram, startChild } from './child-process.ts';
export { type EmbeddedServer, EmbeddedServerError, type EmbeddedServerOptions } from './embedded-server.ts';
export { startPostgres } from './postgres.ts';
export { startRedis } from './redis.ts';
export { askRedis } from './redis-question.ts';
