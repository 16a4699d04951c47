export * from './embedded/index.ts';
export * from './exec.ts';
export * from './fake/fake-host.ts';
export type { FakeRoute, FakeState } from './fake/fake-state.ts';
export * from './real/real-host.ts';
