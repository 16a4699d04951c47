export type * from './query.ts';
export type * from './request-context.ts';
export type * from './store.ts';
