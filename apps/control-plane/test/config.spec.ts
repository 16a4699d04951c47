import { expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';

const needed = { DATABASE_URL: 'postgresql:///weft' };

it('has a default for everything but the database', () => {
  expect(readConfig(needed)).toMatchObject({
    WEFT_LISTEN: [{ host: '127.0.0.1', port: 7070 }],
    WEFT_HEARTBEAT_SECONDS: 10,
    WEFT_SWEEP_SECONDS: 2,
    WEFT_QUARANTINE_SECONDS: 60,
    WEFT_HISTORY_DAYS: 30,
  });
});

it('reads several addresses, also of the other family', () => {
  expect(readConfig({ ...needed, WEFT_LISTEN: 'localhost:1, [::1]:2,10.0.0.1:65535' }).WEFT_LISTEN).toEqual([
    { host: 'localhost', port: 1 },
    { host: '::1', port: 2 },
    { host: '10.0.0.1', port: 65535 },
  ]);
});

it('reads what a new cluster may have at its edges', () => {
  const environment = { ...needed, WEFT_EXTERNAL_CIDRS: '203.0.113.0/24, 198.51.100.0/24', WEFT_MASQUERADE_MARK: '0x8000' };
  expect(readConfig(environment)).toMatchObject({
    WEFT_EXTERNAL_CIDRS: ['203.0.113.0/24', '198.51.100.0/24'],
    WEFT_MASQUERADE_MARK: 0x8000,
  });
});

it.each([
  [{}, 'DATABASE_URL is not set'],
  [{ DATABASE_URL: 'weft' }, 'DATABASE_URL must be a URL: postgresql://user:password@host:5432/database'],
  [{ DATABASE_URL: 'mysql://weft@127.0.0.1/weft' }, 'DATABASE_URL must be a URL: postgresql://user:password@host:5432/database'],
  [{ DATABASE_URL: 'postgresql://weft:sec/ret@:1/weft' }, 'DATABASE_URL must be a URL: postgresql://user:password@host:5432/database'],
  [{ ...needed, REDIS_URL: 'http://127.0.0.1' }, 'REDIS_URL must start with redis://, rediss:// or unix://'],
  [{ ...needed, REDIS_URL: 'redis://:%zz@127.0.0.1' }, 'REDIS_URL must have special characters written as %XX'],
  [{ ...needed, WEFT_NODE_REDIS_URL: 'redis.example.net' }, 'WEFT_NODE_REDIS_URL must be a URL'],
  [{ ...needed, WEFT_TLS_CERT_FILE: '/c' }, 'WEFT_TLS_KEY_FILE is not set'],
  [{ ...needed, WEFT_TLS_KEY_FILE: '/k' }, 'WEFT_TLS_CERT_FILE is not set'],
  [{ ...needed, WEFT_NODE_CREDENTIAL_SECONDS: '0' }, 'WEFT_NODE_CREDENTIAL_SECONDS'],
  [{ ...needed, WEFT_LISTEN: '7070' }, 'WEFT_LISTEN must be host:port, or several with commas between'],
  [{ ...needed, WEFT_LISTEN: '127.0.0.1:70700' }, 'WEFT_LISTEN must be host:port, or several with commas between'],
  [{ ...needed, WEFT_SWEEP_SECONDS: '2s' }, 'WEFT_SWEEP_SECONDS must be a whole number of seconds, 1 to 300'],
  [{ ...needed, WEFT_MASQUERADE_MARK: '0x6000' }, 'WEFT_MASQUERADE_MARK must be one bit, such as 16384 (0x4000)'],
  [{ ...needed, WEFT_MASQUERADE_MARK: 'bit 14' }, 'WEFT_MASQUERADE_MARK must be a number such as 0x4000'],
  [{ ...needed, WEFT_POD_CIDRS: '100.64.0.1/16' }, 'WEFT_POD_CIDRS must be an IPv4 range such as 100.64.0.0/16'],
])('says in one line what is wrong with %o', (environment, message) => {
  expect(() => readConfig(environment)).toThrow(message);
});
