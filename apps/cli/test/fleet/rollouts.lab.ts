import { spawn } from 'node:child_process';
import type { AuditEvent, Cluster, Rollout } from '@weft/model';
import { eventually, type Lab } from '@weft/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Node, Pod, Service } from '../../src/api/fleet-api.ts';
import { Asking } from './asking.ts';
import { LocalFleet } from './local-fleet.ts';

const NODE_PORT = 30091;

let fleet: LocalFleet;
let lab: Lab;
let pods: Pod[];
let service: Service;
/** Undoes what a test did to hosts of the lab. */
const mend: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  fleet = await LocalFleet.place();
  await fleet.up(3);
  lab = await fleet.lab();
  pods = [];
  for (const n of [1, 2, 3]) pods.push(await fleet.createPod(`pod-${n}`, `node-${n}`, 'web'));
  service = await fleet.createService('web', 'web', NODE_PORT);
  await fleet.converged();
});
afterEach(async () => {
  for (const undo of mend.splice(0).reverse()) await undo();
});
afterAll(async () => {
  await fleet.weft('down', '--purge');
});

const addressOf = (host: string) => lab.hosts.find(({ name }) => name === host)?.address ?? '';
const node = async (name: string): Promise<Node> => {
  const found = (await (await fleet.api()).nodes()).find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

const begin = (change: object, more: object = {}) => fleet.call<Rollout>('POST', '/rollouts', { change, soakSeconds: 1, ...more });

/** The rollout, once it has ended or stands still. The API may be away meanwhile. */
const over = (id: string): Promise<Rollout> =>
  eventually(
    'the end of the rollout',
    async () => {
      const rollout = await fleet.call<Rollout>('GET', `/rollouts/${id}`).catch(() => null);
      return rollout !== null && !['Running', 'Reverting'].includes(rollout.status.phase) ? rollout : null;
    },
    { withinMs: 100_000, everyMs: 200 },
  );

/** What a rollout did to nodes, oldest first: `node-1 iptables`. */
async function updates(id: string, field: 'backend' | 'podLink' | 'overlay' = 'backend'): Promise<string[]> {
  const { items } = await fleet.call<{ items: AuditEvent[] }>('GET', `/audit-events?requestId=${id}&operation=nodeUpdate&limit=1000`);
  return items.reverse().map(({ object, after }) => `${object.name} ${(after as Node)[field]}`);
}

/** Clients in pods, by the service's address. */
const podsAsking = (): Asking[] =>
  pods.slice(0, 2).map((pod, at) => new Asking(lab, { host: `node-${at + 1}`, netns: pod.status.netns }, `http://${service.clusterIP}/`));

/** Clients from outside, by the node port of each node, and in pods. */
const clients = (): Asking[] => [
  ...['node-1', 'node-2', 'node-3'].map((name) => new Asking(lab, { host: 'client' }, `http://${addressOf(name)}:${NODE_PORT}/`)),
  ...podsAsking(),
];

async function failuresOf(asking: readonly Asking[]): Promise<string[]> {
  for (const one of asking) await one.stop();
  expect(asking.every(({ answered }) => answered > 0)).toBe(true);
  return asking.flatMap(({ failures }) => failures);
}

/** A firewall of somebody else in a host of the lab. */
async function foreignRules(host: string, family: string, name: string, chain: string, rule: string): Promise<void> {
  const input = `table ${family} ${name} {\n chain c {\n  ${chain};\n  ${rule}\n }\n}\n`;
  const result = await lab.exec(host, ['nft', '-f', '-'], { input });
  expect(result.stderr).toBe('');
  mend.push(() => lab.exec(host, ['nft', 'delete', 'table', family, name]));
}

it('switches the backend of three nodes, canary first, and no client notices', async () => {
  const asking = clients();
  const told = await fleet.weft('rollout', 'start', '--backend', 'iptables', '--canary', 'node-3', '--soak', '1');
  const failures = await failuresOf(asking);
  expect(told).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^roll_\w+ Done: {"backend":"iptables"}\n/) });
  const id = told.stdout.split(' ')[0] ?? '';
  const done = await over(id);
  expect(done.status).toMatchObject({ phase: 'Done', message: 'every node of it has the change' });
  expect(done.status.nodes.map(({ message }) => message)).toEqual(['', '', '']);
  expect(await updates(id)).toEqual(['node-3 iptables', 'node-1 iptables', 'node-2 iptables']);
  expect((await fleet.weft('rollout', 'list')).stdout).toContain(`${id}  Done`);
  expect(failures).toEqual([]);
});

it('goes on when the control plane is killed in the middle', async () => {
  const asking = clients();
  const rollout = await begin({ backend: 'nftables' });
  await eventually(
    'the second node under way',
    async () => {
      const { status } = await fleet.call<Rollout>('GET', `/rollouts/${rollout.id}`);
      return status.nodes[0]?.state === 'Done' && status.nodes[1]?.state !== 'Waiting';
    },
    { withinMs: 60_000, everyMs: 50 },
  );
  const pid = (await fleet.run()).processes['control-plane'];
  if (pid === undefined) throw new Error('no control plane runs');
  process.kill(pid, 'SIGKILL');
  const done = await over(rollout.id);
  const failures = await failuresOf(asking);
  expect(done.status.phase).toBe('Done');
  expect(await updates(rollout.id)).toEqual(['node-1 nftables', 'node-2 nftables', 'node-3 nftables']);
  expect(failures).toEqual([]);
});

it('halts at a canary whose way a foreign firewall blocks, takes the change back and says which probe failed', async () => {
  // It knows the bridge that pods hang on; what comes from links of pods, once they are routed, it drops.
  await foreignRules('node-2', 'ip', 'theirs', 'type filter hook forward priority 10', 'iifname != { "eth0", "weft0", "lo" } drop');
  const [, podOfNode2] = pods;
  const rollout = await begin({ podLink: 'routed' }, { canary: ['node-2'] });
  const reverted = await over(rollout.id);
  expect(reverted.status).toMatchObject({
    phase: 'Reverted',
    message: expect.stringContaining(
      `the change was taken back: node-2: from node-1 to pod default/pod-2 on node-2 (${podOfNode2?.ip}:8080): 3 of 3 connections failed (ETIMEDOUT)`,
    ),
  });
  expect(reverted.status.nodes.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'node-2 Reverted',
    'node-1 Waiting',
    'node-3 Waiting',
  ]);
  expect(await updates(rollout.id, 'podLink')).toEqual(['node-2 routed', 'node-2 bridge']);
  expect((await fleet.converged()).map(({ podLink }) => podLink)).toEqual(['bridge', 'bridge', 'bridge']);
  expect((await lab.exec('node-1', ['curl', '-sS', '--max-time', '5', `http://${podOfNode2?.ip}:8080/`])).stdout).toMatch(
    /^default\/pod-2/,
  );
});

it('halts at a canary whose kernel refuses the change, and no client notices', async () => {
  // Somebody else's table has a chain of that name and another kind: rules of iptables cannot be added to it.
  const input = 'table ip nat {\n chain OUTPUT {\n  type filter hook output priority 0;\n }\n}\n';
  expect((await lab.exec('node-2', ['nft', '-f', '-'], { input })).stderr).toBe('');
  mend.push(() => lab.exec('node-2', ['nft', 'delete', 'table', 'ip', 'nat']));
  const asking = clients();
  const rollout = await begin({ backend: 'iptables' }, { canary: ['node-2'] });
  const reverted = await over(rollout.id);
  const failures = await failuresOf(asking);
  expect(reverted.status).toMatchObject({
    phase: 'Reverted',
    message: expect.stringMatching(/node-2: StepFailed: .*Operation not supported/s),
  });
  expect(await updates(rollout.id)).toEqual(['node-2 iptables', 'node-2 nftables']);
  expect((await fleet.converged()).map(({ backend }) => backend)).toEqual(['nftables', 'nftables', 'nftables']);
  expect(failures).toEqual([]);
});

/** The link by which a node sends to a pod. */
const linkTo = async (host: string, pod: Pod | undefined) =>
  / dev (\S+)/.exec((await lab.exec(host, ['ip', 'route', 'get', pod?.ip ?? ''])).stdout)?.[1];

/** Has a node count the packets that come through a tunnel from another one. */
const countFrom = (host: string, sender: string) =>
  foreignRules(
    host,
    'inet',
    'counting',
    'type filter hook prerouting priority -300',
    `ip saddr ${addressOf(sender)} udp dport 4789 counter`,
  );
const counted = async (host: string) =>
  Number(/packets (\d+)/.exec((await lab.exec(host, ['nft', 'list', 'chain', 'inet', 'counting', 'c'])).stdout)?.[1]);

it('leads packets between nodes through tunnels, canary first, and no pod notices', async () => {
  await countFrom('node-1', 'node-2');
  await countFrom('node-2', 'node-1');
  const asking = podsAsking();
  const rollout = await begin({ overlay: 'vxlan' }, { canary: ['node-2'], soakSeconds: 5 });
  // While the canary soaks, packets go one way through its tunnel, and come back without.
  await eventually('the canary to send through its tunnel', async () => (await counted('node-1')) > 10, { withinMs: 30_000 });
  expect([await linkTo('node-1', pods[1]), await linkTo('node-2', pods[0])]).toEqual(['eth0', 'wf-vxlan']);
  expect(await counted('node-2')).toBe(0);
  const done = await over(rollout.id);
  const failures = await failuresOf(asking);
  expect(done.status).toMatchObject({ phase: 'Done', message: 'every node of it has the change' });
  expect(await updates(rollout.id, 'overlay')).toEqual(['node-2 vxlan', 'node-1 vxlan', 'node-3 vxlan']);
  expect(await linkTo('node-1', pods[1])).toBe('wf-vxlan');
  expect(await counted('node-2')).toBeGreaterThan(0);
  expect(failures).toEqual([]);
});

it('takes another way back when the network between nodes does not carry it', async () => {
  // All nodes use tunnels, and what comes from pods without one is dropped.
  await foreignRules('node-1', 'ip', 'no_pods', 'type filter hook prerouting priority -300', 'iifname "eth0" ip saddr 100.64.0.0/16 drop');
  const reverted = await over((await begin({ overlay: 'auto' }, { canary: ['node-2'] })).id);
  expect(reverted.status).toMatchObject({
    phase: 'Reverted',
    // What node-2 sends itself is from its host's address; the answer of its pod is not.
    message: expect.stringMatching(/^the change was taken back: node-2: from node-1 to pod default\/pod-2 on node-2 .*ETIMEDOUT/),
  });
  expect(await updates(reverted.id, 'overlay')).toEqual(['node-2 auto', 'node-2 vxlan']);
  expect(await linkTo('node-2', pods[0])).toBe('wf-vxlan');
});

it('follows the setting of the fleet again without a packet that notices', async () => {
  const asking = podsAsking();
  await fleet.call<Cluster>('PATCH', '/cluster', { overlay: 'vxlan' });
  const done = await over((await begin({ overlay: null }, { maxUnavailable: 3, soakSeconds: 0 })).id);
  expect(done.status.phase).toBe('Done');
  expect((await fleet.converged()).map(({ overlay }) => overlay)).toEqual([null, null, null]);
  expect(await linkTo('node-1', pods[1])).toBe('wf-vxlan');
  expect(await failuresOf(asking)).toEqual([]);
  await fleet.call<Cluster>('PATCH', '/cluster', { overlay: 'auto' });
  await fleet.converged();
});

it('waits while nobody can be asked, and changes nothing on trust', async () => {
  const pid = (await fleet.run()).processes.redis;
  if (pid === undefined) throw new Error('no Redis runs');
  process.kill(pid, 'SIGSTOP');
  mend.push(async () => process.kill(pid, 'SIGCONT'));
  const rollout = await begin({ strictArp: true }, { nodes: ['node-1'], soakSeconds: 0 });
  const waiting = await eventually(
    'it to wait',
    async () => {
      const { status } = await fleet.call<Rollout>('GET', `/rollouts/${rollout.id}`);
      return status.message.includes('Redis is away') ? status : null;
    },
    { withinMs: 30_000, everyMs: 200 },
  );
  expect(waiting).toMatchObject({ phase: 'Running', nodes: [{ state: 'Waiting' }] });
  expect((await node('node-1')).strictArp).toBe(false);
  process.kill(pid, 'SIGCONT');
  expect((await over(rollout.id)).status.phase).toBe('Done');
  expect((await node('node-1')).strictArp).toBe(true);
});

/** Passes what comes to port 7070 on to a port of a host, and back. */
const RELAY = `
const { connect, createServer } = require('node:net');
const [, port, host] = process.argv;
createServer((from) => {
  const to = connect(port, host);
  for (const [one, other] of [[from, to], [to, from]]) one.on('error', () => other.destroy()).pipe(other);
}).listen(7070);`;

it('takes a change back that cuts a node off from the control plane', { timeout: 240_000 }, async () => {
  // node-1 reaches the control plane by a relay in a pod on node-2, and a firewall lets no VXLAN through: with VXLAN it is cut off from what it needs to be told otherwise.
  const [, relay] = pods as [Pod, Pod];
  const port = new URL((await fleet.run()).url).port;
  const argv = lab.enter('node-2', relay.status.netns);
  const relaying = spawn(argv[0], [...argv.slice(1), process.execPath, '-e', RELAY, port, lab.machineAddress]);
  mend.push(async () => relaying.kill('SIGTERM'));
  await foreignRules('node-2', 'inet', 'no_vxlan', 'type filter hook prerouting priority -300', 'udp dport 4789 drop');
  await foreignRules(
    'node-1',
    'ip',
    'by_relay',
    'type nat hook output priority -110',
    `ip daddr ${lab.machineAddress} tcp dport ${port} dnat to ${relay.ip}:7070`,
  );
  const executor = (await fleet.run()).processes['node-1'];
  if (executor === undefined) throw new Error('no executor runs on node-1');
  process.kill(executor, 'SIGKILL');
  const before = (await node('node-1')).status.lastSeenAt ?? '';
  await eventually('node-1 to speak by the relay', async () => ((await node('node-1')).status.lastSeenAt ?? '') > before, {
    withinMs: 30_000,
  });
  await fleet.converged();
  const way = async () => (await lab.exec('node-1', ['ip', 'route', 'get', relay.ip])).stdout.split('\n')[0];
  const direct = await way();
  expect(direct).toContain(`via ${addressOf('node-2')}`);

  await fleet.call<Cluster>('PATCH', '/cluster', { overlay: 'vxlan' });
  expect(await way()).not.toBe(direct);
  const failed = await eventually(
    'node-1 to be back, and to say why it is not as it should be',
    async () => {
      const { status } = await node('node-1');
      return status.conditions.find(({ reason }) => reason === 'NotConfirmed') ?? null;
    },
    { withinMs: 150_000, everyMs: 500 },
  );
  expect(failed.message).toContain('the control plane was out of reach for 60 s');
  expect(await way()).toBe(direct);

  // Services go on being updated on it meanwhile.
  const later = await fleet.createService('later', 'web');
  const answers = await eventually('the new service on node-1', async () => {
    const { stdout } = await lab.exec('node-1', ['curl', '-sS', '--max-time', '2', `http://${later.clusterIP}/`]);
    return stdout.startsWith('default/') ? stdout : null;
  });
  expect(answers).toMatch(/^default\/pod-/);

  await fleet.call<Cluster>('PATCH', '/cluster', { overlay: 'auto' });
  await fleet.converged(60_000);
  expect(await way()).toBe(direct);
});
