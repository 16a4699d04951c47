export * from './embedded/index.ts';
export * from './exec.ts';
export * from './fake/fake-host.ts';
export type { FakeRoute, FakeState } from './fake/fake-state.ts';
export { type HostProbe, hostProbe } from './probe/host-probe.ts';
export { NodeAddressError } from './probe/node-address.ts';
export type { HostProblem } from './probe/problem.ts';
export * from './readiness.ts';
export * from './real/real-host.ts';
