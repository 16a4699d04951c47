export { type Say, unpackPackage } from './debian-packages.ts';
export { emulatedKernel } from './emulated/emulated-kernel.ts';
export { GuestError } from './guest-error.ts';
export type { GuestKernel } from './guest-kernel.ts';
export type { GuestWatch } from './guest-process.ts';
export type { GuestJob } from './job.ts';
export { ownKernelHasIpvs } from './own-kernel.ts';
export { type Guest, runInGuest } from './run-in-guest.ts';
export { userModeKernel } from './user-mode/user-mode-kernel.ts';
