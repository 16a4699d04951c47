import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findAccess } from '../../src/api/connect.ts';
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
  expect(await chosenNamespace({ ...env, WEFT_CONTEXT: 'prod' })).toBe('shop');
  expect(await chosenNamespace({ ...env, WEFT_CONTEXT: 'prod', WEFT_NAMESPACE: 'other' })).toBe('other');
  expect(await chosenNamespace(env)).toBe('default');
  expect(await readFile(contextsFile(env), 'utf8')).not.toContain('other');
});
