import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { writeSettings } from '../../src/identity/settings-file.ts';
import { createExecutorHost, type ExecutorHost, FOREIGN, makeBundle } from '../support/executor-process.ts';

const CONTROL_PLANE = fileURLToPath(new URL('./credential-taker.mjs', import.meta.url));

let host: ExecutorHost;

beforeAll(() => makeBundle(), 120_000);
beforeEach(async () => {
  host = await createExecutorHost();
  await host.must(['nft', 'add', 'table', 'ip', 'weft']);
  await host.must(['ip', 'link', 'add', 'weft0', 'type', 'bridge']);
});
afterEach(() => host.destroy());

const settingsFile = () => join(host.folder, 'node.env');
const credentialFile = () => join(host.folder, 'credential');
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** A control plane on this host that takes credentials back, and prints what it is asked. */
async function controlPlane(certificate: readonly string[] = []): Promise<{ url: string; asked: () => string }> {
  const child = host.start([process.execPath, CONTROL_PLANE, ...certificate], {});
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!said.includes('\n')) await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return { url: said.trim().split('\n')[0] ?? '', asked: () => said };
}

/** A certificate of 127.0.0.1 that certifies itself, and its key: files on this host. */
async function certificate(name: string): Promise<[cert: string, key: string]> {
  const [cert, key] = [join(host.folder, `${name}.pem`), join(host.folder, `${name}.key`)];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-keyout', key, '-out', cert];
  await host.must(['openssl', 'req', '-x509', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', ...made]);
  return [cert, key];
}

const leave = () => host.execute('leave', ['--settings-file', settingsFile(), '--credential-file', credentialFile()]);

/** What is there of this host after leaving. */
async function remains() {
  const [tables, links] = [await host.must(['nft', 'list', 'ruleset']), await host.must(['ip', '-br', 'link'])];
  return {
    rules: tables,
    ours: /weft/.test(`${tables}${links}`),
    settings: await isThere(settingsFile()),
    credential: await isThere(credentialFile()),
  };
}

it('gives the credential back, and leaves what is not ours and nothing else', async () => {
  const { url, asked } = await controlPlane();
  await writeSettings(settingsFile(), { WEFT_URL: url });
  const left = leave();
  expect(await left.ended, left.output()).toBe(0);
  expect(left.output()).toContain('the credential is given back');
  expect(asked()).toContain('DELETE /node-agent/credential Bearer weft_node_secret\n');
  expect(await remains()).toEqual({ rules: FOREIGN, ours: false, settings: false, credential: false });
});

it('leaves without a control plane too, and says what is then still to be done', async () => {
  await writeSettings(settingsFile(), { WEFT_URL: 'http://127.0.0.1:1' });
  const left = leave();
  expect(await left.ended, left.output()).toBe(0);
  expect(left.output()).toMatch(
    /the credential could not be given back \(.*127\.0\.0\.1:1.*\): revoke it with DELETE \/nodes\/\{id\}\/credential/,
  );
  expect(await remains()).toEqual({ rules: FOREIGN, ours: false, settings: false, credential: false });
});

it.each([
  ['the authority that certified it is believed', 'server', 'the credential is given back', 1],
  ['somebody else certified it', 'other', 'the credential could not be given back (', 0],
])('shows its credential to a control plane over TLS when %s: %s', async (_when, believed, says, times) => {
  const own = await certificate('server');
  const [other] = await certificate('other');
  const { url, asked } = await controlPlane(own);
  await writeSettings(settingsFile(), { WEFT_URL: url, WEFT_CA_FILE: believed === 'server' ? own[0] : other });
  const left = leave();
  expect(await left.ended, left.output()).toBe(0);
  expect(left.output()).toContain(says);
  expect(asked().match(/weft_node_secret/g) ?? []).toHaveLength(times);
});
