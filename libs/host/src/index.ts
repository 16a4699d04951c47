export * from './embedded/index.ts';
export * from './exec.ts';
export * from './real/real-host.ts';
