import { createLogger } from '@weft/telemetry';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../src/identity/credential.ts';
import { RedisPlace } from '../src/redis/redis-place.ts';
import { redisWatch } from '../src/redis/redis-watch.ts';
import { CREDENTIAL } from './support/credential.ts';

const redis = { url: 'redis://192.0.2.9:35663', username: 'weft-node_a', password: 'secret' };
const credential: Credential = { ...CREDENTIAL, node: { id: 'node_a', name: 'a' }, redis };

/** Where a host listens, and what it says of it. */
function listening(own: string | null = null) {
  const heard: { node: string; redisUrl: string | null }[] = [];
  const listen = (node: string, redisUrl: string | null) => void heard.push({ node, redisUrl });
  const place = new RedisPlace({ own, credential: async () => credential, listen, log: createLogger('test', 'silent') });
  return { place, at: () => heard.at(-1) };
}

describe('where Redis is', () => {
  it('is where the credential says until the control plane says where it went', async () => {
    const { place, at } = listening();
    await place.opened('a');
    expect(at()).toEqual({ node: 'a', redisUrl: 'redis://weft-node_a:secret@192.0.2.9:35663' });
    await place.told('redis://192.0.2.9:33345');
    expect(at()).toEqual({ node: 'a', redisUrl: 'redis://weft-node_a:secret@192.0.2.9:33345' });
    await place.opened('a');
    expect(at()?.redisUrl).toContain(':33345');
    await place.told(null);
    expect(at()?.redisUrl).toBeNull();
  });

  it('is where a new credential says, as it is newer than what was told', async () => {
    const { place, at } = listening();
    await place.opened('a');
    await place.told('redis://192.0.2.9:33345');
    place.renewed({ ...credential, redis: { ...redis, url: 'redis://192.0.2.9:40000', password: 'next' } });
    expect(at()?.redisUrl).toBe('redis://weft-node_a:next@192.0.2.9:40000');
  });

  it('is where the settings of the host say, whatever it is told', async () => {
    const { place, at } = listening('rediss://10.0.0.1');
    await place.opened('a');
    await place.told('redis://192.0.2.9:33345');
    expect(at()?.redisUrl).toBe('rediss://weft-node_a:secret@10.0.0.1');
  });

  it('is followed when it is said again, if it could not be the first time', async () => {
    const { place, at } = listening();
    await place.opened('a');
    await place.told('not a URL');
    expect(at()?.redisUrl).toContain(':35663');
    await place.told('redis://192.0.2.9:33345');
    expect(at()?.redisUrl).toContain(':33345');
  });
});

describe('a connection to Redis', () => {
  it('is said to be broken once, and to be mended once', () => {
    const lines: string[] = [];
    const log = createLogger('test', 'silent');
    log.warn = (at: { readonly why: string }, text?: string) => void lines.push(`${at.why}: ${text}`);
    log.info = (text: string) => void lines.push(text);
    const watch = redisWatch(log, 'this node cannot be asked anything');
    watch(null);
    for (let time = 0; time < 3; time++) watch(new Error('connect ECONNREFUSED'));
    watch(null);
    expect(lines).toEqual([
      expect.stringMatching(/ECONNREFUSED.*this node cannot be asked anything/),
      expect.stringContaining('can be reached again'),
    ]);
  });
});
