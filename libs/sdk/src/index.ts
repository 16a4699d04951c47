export { type ClientOptions, createClient, dataOf, planOf, type WeftClient } from './client.ts';
export { ApiError, ConnectionError, isRefusal, type Problem } from './errors.ts';
export { type Lines, lines } from './lines.ts';
export { type Listed, type ListOptions, type ListPath, list } from './list.ts';
export type { components, operations, paths } from './schema.ts';
export { type Positioned, type WatchEvents, type WatchOptions, watch } from './watch.ts';
