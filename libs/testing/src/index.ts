export { eventually, type Patience } from './eventually.ts';
export * from './lab/index.ts';
export { freshDatabase, freshRedis, type TestDatabase } from './servers/test-servers.ts';
