import { RedisUrlError } from './redis-url.ts';

/** How to reach a Redis. Whom to believe that it is the right one, over TLS, is the process's to say. */
export interface RedisAccess {
  /** See parseRedisUrl. */
  readonly url: string;
}

/** The same URL for another user. Throws RedisUrlError. */
export function asUser(redisUrl: string, { username, password }: { readonly username: string; readonly password: string }): string {
  const url = URL.parse(redisUrl);
  if (url === null) throw new RedisUrlError('REDIS_URL: must be a URL such as redis://:password@host:6379');
  if (url.protocol === 'unix:') {
    url.searchParams.set('username', username);
    url.searchParams.set('password', password);
  } else {
    url.username = encodeURIComponent(username);
    url.password = encodeURIComponent(password);
  }
  return url.href;
}

/** True for a URL that says as whom to log in. */
export function namesUser(redisUrl: string): boolean {
  const url = URL.parse(redisUrl);
  return url !== null && (url.password !== '' || url.searchParams.has('password'));
}

/** The URL without a user and a password. Throws RedisUrlError. */
export function withoutUser(redisUrl: string): string {
  const url = URL.parse(redisUrl);
  if (url === null) throw new RedisUrlError('REDIS_URL: must be a URL such as redis://host:6379');
  url.username = '';
  url.password = '';
  url.searchParams.delete('username');
  url.searchParams.delete('password');
  return url.href;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|)$/;

/** The URL as other hosts can use it, without a user; null: they cannot, as it is a socket or a loopback address. */
export function asSeenByOthers(redisUrl: string): string | null {
  const url = URL.parse(redisUrl);
  return url === null || url.protocol === 'unix:' || LOOPBACK.test(url.hostname) ? null : withoutUser(redisUrl);
}
