/** The guest kernel could not be had, did not boot or died before its job was done. The message says why in one sentence. */
export class GuestError extends Error {
  override readonly name = 'GuestError';
}
