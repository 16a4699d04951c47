import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { acquireHostLock, HostLockedError } from '../src/host/host-lock.ts';

it('is held by one at a time, says by whom, and can be had again after', async () => {
  const name = `\0weft-test-${randomUUID()}`;
  const lock = await acquireHostLock(name);
  await expect(acquireHostLock(name)).rejects.toThrow(HostLockedError);
  await expect(acquireHostLock(name)).rejects.toThrow(`another executor (process ${process.pid}) already runs in this network namespace`);
  await lock.release();
  await (await acquireHostLock(name)).release();
});
