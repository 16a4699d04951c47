export type { GuestWatch } from './emulator.ts';
export { GuestError } from './guest-error.ts';
export { type KernelImage, prepareKernel } from './kernel-image.ts';
export { ownKernelHasIpvs } from './own-kernel.ts';
export { type Guest, runInGuest } from './run-in-guest.ts';
export type { GuestJob } from './scripts.ts';
