import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findAccess } from '../../src/api/connect.ts';
import { addContext } from '../../src/commands/context.ts';
import { type Contexts, chosenContext, contextsFile, readContexts, writeContexts } from '../../src/context/contexts.ts';
import { chosenNamespace } from '../../src/context/namespace.ts';

let directory: string;
let env: NodeJS.ProcessEnv;

const CONTEXTS: Contexts = {
  current: 'lab',
  contexts: { lab: { url: 'http://lab:7070/', token: 'of-lab' }, prod: { url: 'https://prod', token: 'of-prod', namespace: 'shop' } },
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-contexts-'));
  env = { WEFT_CONTEXTS: join(directory, 'below', 'contexts.json') };
  await writeContexts(contextsFile(env), CONTEXTS);
});
afterEach(() => rm(directory, { recursive: true }));

it('keeps them where nobody else can read them', async () => {
  expect((await stat(contextsFile(env))).mode & 0o777).toBe(0o600);
  expect(await readContexts(contextsFile(env))).toEqual(CONTEXTS);
  await chmod(contextsFile(env), 0o640);
  await expect(readContexts(contextsFile(env))).rejects.toThrow('holds tokens and others can read it: chmod 600');
});

it('has none where there is no file, and says what is wrong with one', async () => {
  expect(await readContexts(join(directory, 'none'))).toEqual({ current: null, contexts: {} });
  await writeFile(contextsFile(env), '{');
  await expect(readContexts(contextsFile(env))).rejects.toThrow('it is no JSON');
  await writeFile(contextsFile(env), '[]');
  await expect(readContexts(contextsFile(env))).rejects.toThrow('does not hold contexts');
});

it('lies below the home of whoever uses it', () => {
  expect(contextsFile({ XDG_CONFIG_HOME: '/x' })).toBe('/x/weft/contexts.json');
  expect(contextsFile({})).toMatch(/\/\.config\/weft\/contexts\.json$/);
});

it.each([
  ['the current one', {}, 'http://lab:7070'],
  ['the environment before it', { WEFT_URL: 'http://env', WEFT_TOKEN: 't' }, 'http://env'],
  ['one that is named before both', { WEFT_CONTEXT: 'prod', WEFT_URL: 'http://env', WEFT_TOKEN: 't' }, 'https://prod'],
])('means %s', async (_, more, url) => {
  expect((await findAccess(undefined, { ...env, ...more })).url).toBe(url);
});

it('means a state directory before all of them', async () => {
  await expect(findAccess(directory, { ...env, WEFT_CONTEXT: 'prod' })).rejects.toThrow(`nothing runs in ${directory}`);
  await expect(findAccess(undefined, { ...env, WEFT_STATE: directory })).rejects.toThrow(`nothing runs in ${directory}`);
});

it('says that there is none of a name', async () => {
  await expect(chosenContext({ ...env, WEFT_CONTEXT: 'toString' })).rejects.toThrow('there is no context toString');
});

it('uses the namespace of the context where none is named', async () => {
  expect(await chosenNamespace(undefined, { ...env, WEFT_CONTEXT: 'prod' })).toBe('shop');
  expect(await chosenNamespace(undefined, { ...env, WEFT_CONTEXT: 'prod', WEFT_NAMESPACE: 'other' })).toBe('other');
  expect(await chosenNamespace(undefined, env)).toBe('default');
  expect(await readFile(contextsFile(env), 'utf8')).not.toContain('other');
});

it('means no namespace of a context where a state directory is named', async () => {
  const prod = { ...env, WEFT_CONTEXT: 'prod' };
  expect(await chosenNamespace(directory, prod)).toBe('default');
  expect(await chosenNamespace(directory, { ...prod, WEFT_NAMESPACE: 'other' })).toBe('other');
});

it('overwrites nothing that somebody else has put in its way', async () => {
  const there = await readdir(join(directory, 'below'));
  await Promise.all([writeContexts(contextsFile(env), CONTEXTS), writeContexts(contextsFile(env), CONTEXTS)]);
  expect(await readContexts(contextsFile(env))).toEqual(CONTEXTS);
  expect(await readdir(join(directory, 'below'))).toEqual(there);
});

describe('adding one', () => {
  const add = (caFile: string) => addContext('tls', { url: 'https://tls', caFile });
  const PEM = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';

  beforeEach(() => {
    vi.stubEnv('WEFT_CONTEXTS', env.WEFT_CONTEXTS ?? '');
    vi.stubEnv('WEFT_TOKEN', 'of-tls');
  });
  afterEach(() => void vi.unstubAllEnvs());

  it('keeps where certificates are, whatever directory it is used in', async () => {
    await writeFile(join(directory, 'ca.pem'), PEM);
    await add(relative(process.cwd(), join(directory, 'ca.pem')));
    expect((await readContexts(contextsFile(env))).contexts.tls?.caFile).toBe(join(directory, 'ca.pem'));
  });

  it('refuses certificates that are not there, or none', async () => {
    await expect(add(join(directory, 'none.pem'))).rejects.toThrow('none.pem cannot be read');
    await writeFile(join(directory, 'ca.pem'), 'x');
    await expect(add(join(directory, 'ca.pem'))).rejects.toThrow('ca.pem holds no certificate in PEM');
    expect(await readContexts(contextsFile(env))).toEqual(CONTEXTS);
  });
});
