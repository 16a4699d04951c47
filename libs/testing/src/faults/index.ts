export * from './hint-storm.ts';
export * from './lying-proxy.ts';
export * from './network-faults.ts';
export { FAULTS } from './scale.ts';
export { throughout } from './throughout.ts';
