import { describe, expect, it } from 'vitest';
import { parseRedisUrl, RedisUrlError } from '../src/index.ts';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://10.0.0.1', { host: '10.0.0.1', port: 6379 }],
    ['redis://:p%40ss@host:7000/3', { host: 'host', port: 7000, password: 'p@ss', db: 3 }],
    ['redis://user:pw@host', { host: 'host', port: 6379, username: 'user', password: 'pw' }],
    ['redis://[::1]:6380', { host: '::1', port: 6380 }],
    ['rediss://host', { host: 'host', port: 6379, tls: {} }],
    ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
    [
      'unix:///run/a%20b.sock?db=2&username=node-1&password=s3%26cret',
      { path: '/run/a b.sock', username: 'node-1', password: 's3&cret', db: 2 },
    ],
  ])('reads %s', (url, options) => {
    expect(parseRedisUrl(url)).toEqual(options);
  });

  it.each(['', 'nonsense', 'http://host', 'unix://', 'unix://host/path', 'redis://host/zero', 'unix:///s?db=-1'])('refuses %j', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(RedisUrlError);
  });

  it('never repeats the URL, which may hold a password', () => {
    expect(() => parseRedisUrl('http://:hunter2@host')).toThrow(/^(?!.*hunter2)/);
  });
});
