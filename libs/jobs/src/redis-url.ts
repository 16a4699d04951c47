import type { RedisOptions } from 'ioredis';

/** A REDIS_URL that cannot be used; the message names what is wrong and never repeats the URL, which may hold a password. */
export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

function databaseNumber(text: string | null): { db?: number } {
  if (text === null || text === '') return {};
  if (!/^\d{1,5}$/.test(text)) throw new RedisUrlError('REDIS_URL: the database must be a number');
  return { db: Number(text) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('REDIS_URL: must have special characters written as %XX');
  }
}

function credentials(username: string | null, password: string | null): Pick<RedisOptions, 'username' | 'password'> {
  return { ...(username ? { username } : {}), ...(password ? { password } : {}) };
}

/**
 * Connection options for a Redis URL: `redis://[user[:password]@]host[:port][/db]`, `rediss://…` for TLS, or
 * `unix:///path/to/socket[?db=0&username=…&password=…]`. Throws RedisUrlError.
 */
export function parseRedisUrl(text: string): RedisOptions {
  const url = URL.parse(text);
  if (url === null) throw new RedisUrlError('REDIS_URL: must be a URL such as redis://:password@host:6379');
  if (url.protocol === 'unix:') {
    if (url.host !== '' || url.pathname.length < 2) throw new RedisUrlError('REDIS_URL: a socket is written unix:///path/to/socket');
    const { searchParams } = url;
    return {
      path: decoded(url.pathname),
      ...credentials(searchParams.get('username'), searchParams.get('password')),
      ...databaseNumber(searchParams.get('db')),
    };
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    throw new RedisUrlError('REDIS_URL: must start with redis://, rediss:// or unix://');
  return {
    host: url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: url.port === '' ? 6379 : Number(url.port),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    ...credentials(decoded(url.username), decoded(url.password)),
    ...databaseNumber(url.pathname.slice(1)),
  };
}
