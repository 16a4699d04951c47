import type { Cluster } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Node, Pod, Service } from '../../src/api/fleet-api.ts';
import { repositoryRoot } from '../../src/repository.ts';
import { shellBlocks } from '../documents/pasted.ts';
import { BootedHost } from './booted-host.ts';

/** The address that the page gives the control plane's host. */
const ADDRESS = '192.0.2.10';
const API = `http://${ADDRESS}:7070`;
const UNITS = ['weft-control-plane', 'weft-node-executor'];

/** How both are put on real hosts. */
const PAGE = 'docs/howto/real-hosts.md';

const PROGRAM = ['/opt/weft/node_modules/.bin/node', '/opt/weft/apps/cli/dist/main.mjs'];

/** A password that an address writes otherwise, and a database as one rents it: of its host, with an extension of theirs, and a schema where the user may make tables. */
const POSTGRES_OF_SOMEBODY_ELSE = `CREATE ROLE weft LOGIN PASSWORD 'se%/cret';
CREATE DATABASE weft;
\\connect weft
CREATE EXTENSION pg_trgm;
GRANT CREATE ON SCHEMA public TO weft;
`;

let host: BootedHost;

beforeAll(async () => {
  host = await BootedHost.boot(`${ADDRESS}/24`, [{ from: repositoryRoot(), to: '/opt/weft' }]);
  await host.must(['systemctl', 'enable', '--now', 'redis-server']);
  const version = (await host.must(['ls', '/usr/lib/postgresql'])).trim().split('\n').at(-1) ?? '';
  await host.must(['pg_createcluster', version, 'main']);
  await host.must(['systemctl', 'enable', 'postgresql']);
  await host.must(['systemctl', 'daemon-reload']);
  await host.must(['systemctl', 'start', `postgresql@${version}-main`]);
  await host.must(['runuser', '-u', 'postgres', '--', 'psql', '-v', 'ON_ERROR_STOP=1'], POSTGRES_OF_SOMEBODY_ELSE);
  const settings = [
    'DATABASE_URL=postgresql://weft:se%25%2Fcret@127.0.0.1:5432/weft',
    'REDIS_URL=redis://127.0.0.1:6379',
    'WEFT_NODE_REDIS_URL=redis://127.0.0.1:6379',
    `WEFT_LISTEN=${ADDRESS}:7070`,
  ];
  await host.must(['sh', '-c', 'mkdir /etc/weft; umask 077; cat >/etc/weft/control-plane.env'], `${settings.join('\n')}\n`);
});
afterAll(async () => {
  await host?.off();
});

/** Asks the API from the host itself, whose network nobody else reaches. */
async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const token = (await host.must(['cat', '/etc/weft/admin.token'])).trim();
  const headers = [`Authorization: Bearer ${token}`, 'Content-Type: application/json', 'If-Match: *', 'Prefer: wait=30'];
  const argv = ['curl', '-sS', '--fail-with-body', '--max-time', '60', '-X', method, `${API}${path}`];
  const text = await host.must(
    [...argv, ...headers.flatMap((one) => ['-H', one]), ...(body === undefined ? [] : ['-d', '@-'])],
    JSON.stringify(body),
  );
  return JSON.parse(text) as T;
}

async function shown(unit: string, ...names: string[]): Promise<Record<string, string>> {
  const lines = (await host.must(['systemctl', 'show', unit, `--property=${names.join(',')}`])).trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2)));
}

const isReady = async () => (await host.run(['curl', '-sSf', `${API}/readyz`])).exitCode === 0;
const node = async () => (await call<{ items: Node[] }>('GET', '/nodes')).items[0];
const nodeIsReady = () =>
  eventually('the node to be Ready', async () => (await node().catch(() => null))?.status.phase === 'Ready', {
    withinMs: 60_000,
    everyMs: 250,
  });
const answer = async ({ clusterIP }: Service) => (await host.run(['curl', '-sS', '--max-time', '2', `http://${clusterIP}/`])).stdout;

/** What the unit said, for whoever has to find out why a test failed. */
const journal = async (unit: string) => (await host.run(['journalctl', '--no-pager', '-n', '40', '-u', unit])).stdout;

/**
 * What the page has a second host do, done on the only one: without TLS, with the token from a file where somebody types it, and with what tells where other nodes reach it,
 * as a control plane on the same host does not. The program is what `/opt/weft/weft` starts once everything is installed and built.
 */
const onThisHost = (text: string) =>
  text
    .replaceAll(/(?<=node join) --url https:\S+/g, ` --url ${API} --address ${ADDRESS}/24 <join-token`)
    .replaceAll('/opt/weft/weft ', `${PROGRAM.join(' ')} `);

let service: Service;

it('start as the page says, under systemd and a user of their own', async () => {
  await host.must(['bash', '-eu'], await shellBlocks(PAGE, 'The control plane'));
  await eventually('the API to be ready', isReady, { withinMs: 60_000, everyMs: 250 }).catch(async (error) => {
    throw new Error(await journal('weft-control-plane'), { cause: error });
  });
  const [asking = '', joining = ''] = (await shellBlocks(PAGE, 'A node')).split(/^(?=\/opt.* --dry-run)/m);
  const asked = await host.must(['bash', '-eu'], `WEFT_URL=${API} WEFT_TOKEN=$(cat /etc/weft/admin.token)\n${asking}`);
  await host.must(['sh', '-c', 'umask 077; cat >/root/join-token'], (JSON.parse(asked) as { token: string }).token);
  const joined = await host.must(['bash', '--norc', '-eu', '-c', `cd /root\n${onThisHost(joining)}`]);
  expect(joined).toContain('it would join');
  expect(joined).toContain('joined as node node-1');
  await nodeIsReady().catch(async (error) => {
    throw new Error(await journal('weft-node-executor'), { cause: error });
  });
  await call<Pod>('POST', '/pods', {
    name: 'pod-1',
    node: 'node-1',
    labels: { app: 'web' },
    ports: [{ containerPort: 8080 }],
    runtime: { type: 'echo' },
  });
  service = await call<Service>('POST', '/services', { name: 'web', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] });
  await eventually('the pod to answer', async () => (await answer(service)).startsWith('default/pod-1'), { withinMs: 30_000 });
});

/** Capabilities as /proc shows them, by their numbers in capability.h: NET_BIND_SERVICE, NET_BROADCAST, NET_ADMIN, NET_RAW, SYS_ADMIN. */
const FIVE = [10, 11, 12, 13, 21].reduce((mask, bit) => mask | (1 << bit), 0);

it.each([
  ['weft-control-plane', { account: 'weft', capabilities: 0, exposure: 2 }],
  ['weft-node-executor', { account: 'root', capabilities: FIVE, exposure: 6 }],
] as const)('%s has what it needs and no more', async (unit, { account, capabilities, exposure }) => {
  const { MainPID: pid } = await shown(unit, 'MainPID');
  const status = await host.must(['cat', `/proc/${pid}/status`]);
  const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1];
  expect((await host.must(['stat', '-c', '%U', `/proc/${pid}`])).trim()).toBe(account);
  for (const set of ['CapEff', 'CapPrm']) expect(Number.parseInt(field(set) ?? '', 16)).toBe(capabilities);
  expect(field('NoNewPrivs')).toBe('1');
  expect(field('Seccomp')).toBe('2');
  expect(await host.run(['systemd-analyze', 'verify', `/etc/systemd/system/${unit}.service`])).toMatchObject({ exitCode: 0, stderr: '' });
  const exposed = await host.run(['systemd-analyze', 'security', '--no-pager', `--threshold=${exposure * 10}`, unit]);
  expect(exposed.exitCode, exposed.stdout).toBe(0);
});

it.each(UNITS)('%s is started again when it is killed, and pods and services go on', async (unit) => {
  const before = await shown(unit, 'MainPID');
  const echo = await host.must(['pgrep', '-f', 'echo-server.mjs']);
  await host.must(['systemctl', 'kill', '--kill-whom=main', '--signal=KILL', unit]);
  expect(await answer(service)).toMatch(/^default\/pod-1/);
  await eventually('another process', async () => ![before.MainPID, '0'].includes((await shown(unit, 'MainPID')).MainPID), {
    withinMs: 30_000,
  });
  expect(await shown(unit, 'NRestarts')).toEqual({ NRestarts: '1' });
  await eventually('the API to be ready', isReady, { withinMs: 60_000, everyMs: 250 });
  await nodeIsReady();
  await call('PATCH', `/nodes/${(await node())?.id}`, { labels: { killed: unit } });
  await nodeIsReady();
  expect(await host.must(['pgrep', '-f', 'echo-server.mjs'])).toBe(echo);
  expect(await answer(service)).toMatch(/^default\/pod-1/);
});

it('the control plane is tried again for as long as Postgres is away', { timeout: 240_000 }, async () => {
  const postgres = (await host.must(['systemctl', 'list-units', '--plain', '--no-legend', 'postgresql@*'])).split(' ')[0] ?? '';
  await host.must(['systemctl', 'stop', postgres]);
  await host.must(['systemctl', 'restart', '--no-block', 'weft-control-plane']);
  // systemd itself gives up after five starts within ten seconds, unless told otherwise.
  await eventually('six starts', async () => Number((await shown('weft-control-plane', 'NRestarts')).NRestarts) >= 6, {
    withinMs: 90_000,
    everyMs: 500,
  });
  expect(await answer(service)).toMatch(/^default\/pod-1/);
  await host.must(['systemctl', 'start', postgres]);
  await eventually('the API to be ready', isReady, { withinMs: 60_000, everyMs: 250 });
  await nodeIsReady();
});

it('a second executor on one host ends, and is not tried again and again', async () => {
  const second = '/etc/systemd/system/weft-second.service';
  await host.must(['cp', '/opt/weft/deploy/systemd/weft-node-executor.service', second]);
  await host.must(['systemctl', 'start', 'weft-second']);
  const ended = await eventually(
    'it to end',
    async () => {
      const state = await shown('weft-second', 'ActiveState', 'ExecMainStatus', 'NRestarts');
      return state.ActiveState === 'failed' ? state : null;
    },
    { withinMs: 30_000, everyMs: 250 },
  );
  expect(ended).toEqual({ ActiveState: 'failed', ExecMainStatus: '75', NRestarts: '0' });
});

it('after the restore of a dump, as the page says, the node starts over, watchers are told to, and what was lost leaves the kernel', async () => {
  const page = 'docs/howto/nodes.md';
  const paste = async (heading: string) => host.must(['bash', '--norc', '-eu', '-c', `cd /root\n${await shellBlocks(page, heading)}`]);
  await paste('Postgres restored from a dump');
  const lost = await call<Service>('POST', '/services', {
    name: 'lost',
    selector: { app: 'web' },
    ports: [{ port: 80, targetPort: 8080 }],
  });
  expect(await answer(lost)).toMatch(/^default\/pod-1/);
  const before = await call<Cluster>('GET', '/cluster');
  await paste('Restoring it');
  await eventually('the API to be ready', isReady, { withinMs: 60_000, everyMs: 250 });
  await nodeIsReady();
  expect((await call<Cluster>('GET', '/cluster')).epoch).not.toBe(before.epoch);
  expect(await answer(service)).toMatch(/^default\/pod-1/);
  expect(await host.must(['nft', 'list', 'table', 'ip', 'weft'])).not.toContain(lost.clusterIP);
  await expect(call('GET', `/services?watch=true&since=${before.epoch}.${before.revision}`)).rejects.toThrow('"code":"Expired"');
});

it('after a reboot without a control plane the executor serves what it knew, and both are there by themselves after the next', async () => {
  await host.must(['systemctl', 'disable', 'weft-control-plane']);
  await host.reboot();
  expect((await host.run(['systemctl', 'is-active', 'weft-control-plane'])).stdout.trim()).toBe('inactive');
  await eventually('the pod to answer', async () => (await answer(service)).startsWith('default/pod-1'), {
    withinMs: 60_000,
    everyMs: 250,
  });
  await host.must(['systemctl', 'enable', 'weft-control-plane']);
  await host.reboot();
  await eventually('the API to be ready', isReady, { withinMs: 60_000, everyMs: 250 });
  await nodeIsReady();
  await eventually('the pod to answer', async () => (await answer(service)).startsWith('default/pod-1'), {
    withinMs: 60_000,
    everyMs: 250,
  });
});

it('stopping the executor leaves the network as it is; leaving removes it', async () => {
  await host.must(['systemctl', 'disable', '--now', 'weft-node-executor']);
  expect(await answer(service)).toMatch(/^default\/pod-1/);
  await host.must([...PROGRAM, 'node', 'leave']);
  expect((await host.must(['sh', '-c', 'nft list tables; ip -brief link'])).match(/weft|wf[0-9a-f]+/g)).toBeNull();
});
