import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shellBlocks } from '../../../apps/cli/test/documents/pasted.ts';
import { BootedHost } from '../../../apps/cli/test/units/booted-host.ts';
import { eventually } from '../../../libs/testing/src/eventually.ts';
import { root, succeeds } from '../../run-command.ts';
import { debianTree } from './debian-tree.ts';
import { type MirrorProxy, mirrorProxy } from './mirror.ts';

/** The address that the page gives the host. */
const ADDRESS = '192.0.2.10';
const API = `http://${ADDRESS}:7070`;
const VERSION = '99.0.0';
const PAGE = 'deploy/README.md';

/** Where Docker's own bridge has its address: what is built reaches the proxy there. */
const BRIDGE = '172.17.0.1';
const STAND_INS = '/opt/weft/tools/test/containers/stand-ins';
const PROXY = `http://${BRIDGE}:3142`;

const DOCKER = ['docker.io', 'docker-cli', 'docker-compose', 'docker-buildx', 'containerd', 'runc', 'iptables', 'iproute2', 'systemd'];
const BESIDE_IT = ['systemd-sysv', 'dbus', 'procps', 'ca-certificates', 'curl', 'nftables', 'openssl', 'socat'];

/** Set as far as the host came: what was made of it is removed when its making fails, too. */
let folder: string | undefined;
let mirror: MirrorProxy | undefined;
let host: BootedHost;

/** Runs the commands of a part of the page, as somebody pastes them who released this version. */
const paste = async (heading: string, place = '/srv/weft') =>
  host.must(['bash', '--norc', '-eu', '-c', `cd ${place}\n${(await shellBlocks(PAGE, heading)).replaceAll('X.Y.Z', VERSION)}`]);

/** A host with Docker, without a way out, on which lies what `./weft release` made of the newest commit. */
beforeAll(async () => {
  expect(await succeeds([process.execPath, 'tools/release.ts', VERSION, '--dry-run'])).toBe(true);
  folder = await mkdtemp(join(tmpdir(), 'weft-containers-'));
  const base = await debianTree('debian-12', 'bookworm');
  const tree = await debianTree('debian-13-docker', 'trixie', [...DOCKER, ...BESIDE_IT]);
  mirror = await mirrorProxy(folder);
  const shared = [
    { from: root, to: '/opt/weft' },
    { from: base, to: '/opt/debian-12' },
    { from: folder, to: '/opt/mirror' },
  ];
  host = await BootedHost.boot(`${ADDRESS}/24`, shared, tree);
  // systemd does this on every host that is no container; Docker keeps its layers where no other layers are below.
  await host.must(['mount', '--make-rshared', '/']);
  await host.must(['sh', '-ec', 'mkdir -p /var/lib/docker; mount -t tmpfs docker /var/lib/docker; systemctl start docker']);
  const listen = ['socat', `TCP-LISTEN:3142,bind=${BRIDGE},fork`, `UNIX-CONNECT:/opt/mirror/mirror.sock`];
  await host.must(['systemd-run', '--quiet', ...listen]);
  await host.must(['sh', '-ec', 'tar -C /opt/debian-12 -c . | docker import - debian:12-slim']);
  const checkout = [`releases=.weft/releases/${VERSION}`, 'mkdir -p /root/.docker /srv/weft/$releases', 'cd /opt/weft'];
  const copies = ['cp -r deploy /srv/weft', 'cp $releases/* /srv/weft/$releases', 'cat >/root/.docker/config.json'];
  await host.must(['sh', '-euc', [...checkout, ...copies].join('\n')], JSON.stringify({ proxies: { default: { httpProxy: PROXY } } }));
  const build = (target: string, image: string) =>
    host.must(['docker', 'build', '--quiet', '--target', target, '-t', image, '-f', `${STAND_INS}/Containerfile`, STAND_INS]);
  await build('redis', 'redis:7');
  await build('postgres', 'postgres:17');
}, 1_500_000);

afterAll(async () => {
  await host?.off();
  await mirror?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  await rm(join(root, '.weft/releases', VERSION), { recursive: true, force: true });
});

/** Asks the API from the host itself, whose network nobody else reaches. */
async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const token = (await host.must(['cat', '/srv/weft/deploy/compose/admin.token'])).trim();
  const headers = [`Authorization: Bearer ${token}`, 'Content-Type: application/json', 'Prefer: wait=30'];
  const argv = ['curl', '-sS', '--fail-with-body', '--max-time', '60', '-X', method, `${API}${path}`];
  const sent = body === undefined ? [] : ['-d', '@-'];
  return JSON.parse(await host.must([...argv, ...headers.flatMap((one) => ['-H', one]), ...sent], JSON.stringify(body))) as T;
}

const isReady = async () => (await host.run(['curl', '-sSf', `${API}/readyz`])).exitCode === 0;
const answer = async (address: string) => (await host.run(['curl', '-sS', '--max-time', '2', `http://${address}/`])).stdout;
const answers = (address: string) =>
  eventually('the pod to answer', async () => (await answer(address)).startsWith('default/pod-1'), { withinMs: 60_000, everyMs: 250 });
const logs = async (name: string) => (await host.run(['docker', 'logs', '--tail', '40', `weft-${name}-1`])).stderr;

let clusterIP: string;

it('builds both images from a release, and starts a control plane that is ready', { timeout: 300_000 }, async () => {
  await paste('Images');
  await host.must(['rm', '/root/.docker/config.json']);
  await paste('A control plane in containers');
  await eventually('the API to be ready', isReady, { withinMs: 60_000, everyMs: 250 }).catch(async (error) => {
    throw new Error(await logs('control-plane'), { cause: error });
  });
  const user = (await host.must(['docker', 'exec', 'weft-control-plane-1', 'id', '-u'])).trim();
  expect(user).toBe('7070');
});

it('joins its host, and a service answers from a pod there', { timeout: 180_000 }, async () => {
  const service = { name: 'web', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
  ({ clusterIP } = await call<{ clusterIP: string }>('POST', '/services', service));
  const { token } = await call<{ token: string }>('POST', '/join-tokens', { nodeName: 'node-1' });
  await host.must(['sh', '-c', 'cat >/srv/weft/deploy/compose/join-token'], token);
  await paste('A host in containers', '/srv/weft/deploy/compose');
  const status = () => call<{ items: { status: { phase: string; capabilities: { problems: unknown[] } } }[] }>('GET', '/nodes');
  const node = await eventually(
    'the node to be Ready',
    async () => (await status()).items.find((one) => one.status.phase === 'Ready') ?? null,
    {
      withinMs: 60_000,
      everyMs: 250,
    },
  ).catch(async (error) => {
    throw new Error(await logs('node-executor'), { cause: error });
  });
  expect(node.status.capabilities.problems).toEqual([]);
  const pod = { name: 'pod-1', labels: { app: 'web' }, ports: [{ containerPort: 8080 }], runtime: { type: 'echo' } };
  await call('POST', '/pods', pod);
  await answers(clusterIP);
});

it.each(['control-plane', 'node-executor'])('starts %s again when it is killed, and the service answers', async (name) => {
  const pid = async () => (await host.must(['docker', 'inspect', '--format', '{{.State.Pid}}', `weft-${name}-1`])).trim();
  const before = await pid();
  await host.must(['kill', '-KILL', before]);
  await eventually('another process', async () => ![before, '0'].includes(await pid()), { withinMs: 60_000, everyMs: 250 });
  await eventually('the API to be ready', isReady, { withinMs: 60_000, everyMs: 250 });
  await answers(clusterIP);
});

it('leaves the network as it is when everything is taken down, and nothing when the host has left', { timeout: 120_000 }, async () => {
  const compose = (words: string) => host.must(['sh', '-ec', `cd /srv/weft/deploy/compose; docker compose --profile node ${words}`]);
  await compose('stop node-executor');
  expect(await host.must(['nft', 'list', 'table', 'ip', 'weft'])).toContain(clusterIP);
  await compose('run --rm node-executor leave');
  await compose('down --volumes');
  expect((await host.must(['sh', '-c', 'nft list tables; ip -brief link'])).match(/ weft|wf[0-9a-f]+/g)).toBeNull();
});
