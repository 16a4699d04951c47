import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, readLocalConfig } from '../src/config.ts';

const MINIMAL = { WEFT_URL: 'http://127.0.0.1:7070/' };

describe('readConfig', () => {
  it('needs one variable and defaults the rest', () => {
    expect(readConfig(MINIMAL)).toEqual({
      stateDir: '/var/lib/weft-node',
      logLevel: 'info',
      controlPlaneUrl: 'http://127.0.0.1:7070',
      credentialFile: '/etc/weft/node.credential',
      caFile: null,
      redisUrl: null,
      nodeAddress: null,
      acceptShrink: false,
      confirmSeconds: 60,
      metricsListen: null,
    });
  });

  it('takes an empty variable for none', () => {
    expect(readConfig({ ...MINIMAL, REDIS_URL: '', WEFT_METRICS_LISTEN: '' })).toMatchObject({ redisUrl: null, metricsListen: null });
  });

  it('reads the address to serve metrics on', () => {
    expect(readConfig({ ...MINIMAL, WEFT_METRICS_LISTEN: '[::1]:9100' }).metricsListen).toEqual({ host: '::1', port: 9100 });
  });

  it.each([
    [{}, /WEFT_URL: is needed/],
    [{ ...MINIMAL, WEFT_URL: 'ftp://x' }, /WEFT_URL/],
    [{ ...MINIMAL, WEFT_STATE_DIR: 'relative' }, /WEFT_STATE_DIR: must be an absolute path/],
    [{ ...MINIMAL, WEFT_CREDENTIAL_FILE: 'here' }, /WEFT_CREDENTIAL_FILE: must be an absolute path/],
    [{ ...MINIMAL, WEFT_NODE_ADDRESS: '10.0.0.1' }, /WEFT_NODE_ADDRESS/],
    [{ ...MINIMAL, WEFT_ACCEPT_SHRINK: 'yes' }, /WEFT_ACCEPT_SHRINK/],
    [{ ...MINIMAL, WEFT_METRICS_LISTEN: '9100' }, /WEFT_METRICS_LISTEN: must be host:port/],
    [{ ...MINIMAL, WEFT_LOG: 'loud' }, /WEFT_LOG/],
  ])('refuses %j and names the variable', (env, message) => {
    expect(() => readConfig(env)).toThrow(ConfigError);
    expect(() => readConfig(env)).toThrow(message);
  });
});

describe('readLocalConfig', () => {
  it('needs no control plane', () => {
    expect(readLocalConfig({})).toEqual({ stateDir: '/var/lib/weft-node', logLevel: 'info' });
  });
});
