import type { Writable } from 'node:stream';

/** Resolves when the client has read most of what was sent, or is gone. */
export async function caughtUp(body: Writable): Promise<void> {
  if (body.destroyed || body.writableEnded || !body.writableNeedDrain) return;
  const done = Promise.withResolvers<void>();
  body.once('drain', done.resolve);
  body.once('close', done.resolve);
  await done.promise;
  body.off('drain', done.resolve);
  body.off('close', done.resolve);
}
