/**
 * Milliseconds since 1970 by the clock as it was at start, which nobody sets afterwards. Whatever is due at a time is measured by it: on a host whose clock is
 * set back by an hour, heartbeats and verifications would else stay away for an hour.
 */
export const steadyNow = (): number => performance.timeOrigin + performance.now();
