import { expect, it } from 'vitest';
import { LONGEST, MS_PER_NODE } from '../../apps/control-plane/src/dispatch/cohort.ts';
import { chaseMs, jittered } from '../../apps/node-executor/src/decide/backoff.ts';

/** A node of a fleet of so many is to renew its lease so often, in ms: all together some 50 times a second (LeaseRenewalAnswer). */
const heartbeatMs = (nodes: number, least: number) => Math.max(least, Math.ceil(nodes / 50)) * 1_000;

it.each([3, 50, 400, 500, 501, 1_000, 5_000])('no executor of %i looks for itself within a round', (nodes) => {
  for (const least of [1, 10, 60]) {
    const soonest = jittered(chaseMs(heartbeatMs(nodes, least)), 0);
    expect(soonest).toBeGreaterThan(nodes * MS_PER_NODE * LONGEST);
  }
});
