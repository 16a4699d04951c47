export { createDatabase, dropDatabase, siblingDatabase } from './database/administration.ts';
export type { DatabaseOptions } from './database/database.ts';
export { initialise } from './initialise.ts';
export { MigrationError, migrate } from './migrate.ts';
export { openStore } from './open-store.ts';
export type * from './query.ts';
export type * from './request-context.ts';
export type * from './store.ts';
