import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askRedis } from '@weft/host';
import { eventually } from '@weft/testing';
import { FAULTS, stormOfHints, throughout } from '@weft/testing/faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectUnharmed, FleetUnderFaults } from './fleet-under-faults.ts';

describe('Redis', () => {
  let under: FleetUnderFaults;
  let redis: string;

  beforeAll(async () => {
    under = await FleetUnderFaults.start();
    const { servers } = under.fleet.paths;
    const password = (await readFile(join(servers, 'redis.password'), 'utf8')).trim();
    redis = `unix://${join(servers, 'redis/redis.sock')}?password=${password}`;
  });
  afterAll(() => under.end());

  const pid = async () => (await under.fleet.run()).processes.redis ?? Number.NaN;

  it('is deaf for minutes: changes are made all the same, and it is one of many when it is back', {
    timeout: FAULTS.redisAwayMs + 180_000,
  }, async () => {
    const clients = under.asking();
    const stopped = await pid();
    process.kill(stopped, 'SIGSTOP');
    try {
      // Nobody gets a hint: nodes look for themselves, at their heartbeat.
      await throughout(FAULTS.redisAwayMs, () => under.expectChange(), 1_000);
    } finally {
      process.kill(stopped, 'SIGCONT');
    }
    await under.expectWhole();
    await expectUnharmed(clients);
  });

  it('is restarted and has forgotten everything', async () => {
    const clients = under.asking();
    const first = await pid();
    expect(await askRedis(redis, 'FLUSHALL')).toBe('+OK');
    process.kill(first, 'SIGKILL');
    await eventually('a new Redis', async () => (await pid()) !== first && (await askRedis(redis, 'PING')) === '+PONG');
    await under.expectWhole();
    await expectUnharmed(clients);
  });

  it('throws keys away as a cache would, and has no room for new ones', async () => {
    const clients = under.asking();
    for (const policy of ['allkeys-random', 'noeviction']) {
      expect(await askRedis(redis, `CONFIG SET maxmemory-policy ${policy}`)).toBe('+OK');
      expect(await askRedis(redis, 'CONFIG SET maxmemory 1')).toBe('+OK');
      await under.expectChange();
    }
    expect(await askRedis(redis, 'CONFIG SET maxmemory 0')).toBe('+OK');
    await under.expectWhole();
    await expectUnharmed(clients);
  });

  it('delivers hints late, twice, in the wrong order and of revisions that never were, and loses the true ones', {
    timeout: FAULTS.hintStormMs + 180_000,
  }, async () => {
    const clients = under.asking();
    const [node] = await under.fleet.converged();
    const storm = stormOfHints(redis, ['node-1', 'node-2', 'node-3'], node?.status.desiredRevision ?? 0);
    await throughout(FAULTS.hintStormMs, async () => {
      expect(await askRedis(redis, 'FLUSHALL')).toBe('+OK');
      await under.expectChange();
    });
    await storm.stop();
    expect(storm.sent()).toBeGreaterThan(100);
    await under.expectWhole();
    await expectUnharmed(clients);
  });
});
