export { concerned } from './concerned.ts';
export { crossings } from './crossing.ts';
export type { Fleet } from './journey.ts';
export type { Known, Sent } from './known.ts';
export { type Reached, reachability } from './reachability.ts';
