export { eventually, type Patience } from './eventually.ts';
export * from './lab/index.ts';
