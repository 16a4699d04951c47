import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compile } from '@weft/compiler';
import { RealHost, realConntrack } from '@weft/host';
import { type Backend, type DesiredService, podNetnsName } from '@weft/model';
import { applyConfig } from '@weft/reconcile';
import { createLogger } from '@weft/telemetry';
import { eventually } from '@weft/testing';
import { desired, node, plan, pod, service, tcp, udp } from '@weft/testing/desired';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StaleFlows } from '../../src/conntrack/stale-flows.ts';
import { createOwnHost, type OwnHost } from '../support/own-host.ts';

const ECHO = fileURLToPath(new URL('../support/patient-echo.ts', import.meta.url));
const CLIENT = fileURLToPath(new URL('../support/connected-client.ts', import.meta.url));
const PUBLIC = '203.0.113.101';
const PODS = [pod(1), pod(2)];
const [one, two] = [plan.pod(1, 1), plan.pod(1, 2)];

/** Somebody else's translation. It makes the kernel track connections before we come. */
const THEIRS = `table ip theirs { chain nat { type nat hook prerouting priority -110; udp dport 7777 dnat to ${one}:8080; }; }`;

let host: OwnHost;
let kernel: RealHost;
let flows: StaleFlows;
let backend: Backend;
const started: ChildProcess[] = [];

/** Asks once, over the one socket it has. */
type Ask = () => Promise<string>;

async function client(protocol: 'udp' | 'tcp', address: string, port: number): Promise<Ask> {
  const argv = ['ip', 'netns', 'exec', 'client', process.execPath, CLIENT, protocol, address, String(port)];
  const [file = '', ...args] = [...host.enter, ...argv];
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  const lines = createInterface({ input: child.stdout });
  return async () => {
    child.stdin.write('\n');
    const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(5_000) });
    return String(line);
  };
}

/** Brings the kernel to services, without a look at flows. */
async function program(...services: readonly DesiredService[]) {
  const cluster = { externalCidrs: ['203.0.113.0/24'] };
  const state = desired({ services, pods: PODS, nodes: [node(1, { backend })], cluster });
  const config = compile(state, 'node_1');
  const applied = await applyConfig(kernel, config, await kernel.observe(config.sysctls, { pods: true }));
  expect(applied.failure).toBeNull();
  return { nodeId: 'node_1', desired: state };
}

/** The same, and then the look. */
async function apply(...services: readonly DesiredService[]): Promise<void> {
  flows.applied(await program(...services));
  await flows.settled();
}

const dns = (...endpoints: readonly string[]) =>
  service(1, [tcp(53, endpoints), udp(53, endpoints, { nodePort: 30053 })], { externalIPs: [PUBLIC] });

const tracked = async (...which: readonly string[]) => (await host.must(['conntrack', '-L', ...which])).split('\n').filter(Boolean);

/** Numbers of the entries that lead from one address to another; the kernel gives a new entry a new one. */
const entryIds = async (...which: readonly string[]) =>
  (await tracked('-o', 'id', '-p', 'udp', ...which)).map((line) => /id=(\d+)/.exec(line)?.[1]).sort();

beforeEach(async () => {
  host = await createOwnHost();
  kernel = new RealHost({ workloadScript: ECHO, enter: host.enter });
  flows = new StaleFlows(realConntrack(host.enter), createLogger('test', 'silent'));
  await host.must(['ip', 'netns', 'add', 'client']);
  await host.must(
    ['ip', '-batch', '-'],
    `link add eth0 type veth peer name eth0 netns client\naddress add ${plan.host(1)}/24 dev eth0\nlink set eth0 up\n`,
  );
  const gateway = `address add 192.0.2.9/24 dev eth0\nlink set eth0 up\nroute add default via ${plan.host(1)}\n`;
  await host.must(['ip', '-n', 'client', '-batch', '-'], gateway);
  await host.must(['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']);
  await host.must(['nft', '-f', '-'], THEIRS);
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  kernel.close();
  host.close();
});

async function startServers(): Promise<void> {
  for (const { id, name } of PODS) {
    started.push(host.start(['ip', 'netns', 'exec', podNetnsName(id), process.execPath, ECHO, name], {}));
  }
  for (const ip of [one, two]) {
    const ask = await client('udp', ip, 8080);
    await eventually(`the server at ${ip}`, async () => (await ask()).startsWith('default/'));
  }
}

const WAYS = [
  ['the service address', plan.service(1), 53],
  ['a node port', plan.host(1), 30053],
  ['an external address', PUBLIC, 53],
] as const;

describe.each(['nftables', 'iptables'] as const)('%s', (named) => {
  beforeEach(() => {
    backend = named;
  });

  it.each(WAYS)(
    'a connected UDP client of %s moves when its endpoint is replaced, and is refused when none is left or the service goes',
    async (_way, address, port) => {
      await apply(dns(one));
      await startServers();
      const ask = await client('udp', address, port);
      const stays = await client('tcp', plan.service(1), 53);
      expect(await ask()).toBe('default/pod-1');
      expect(await stays()).toBe('default/pod-1');

      const replaced = await program(dns(two));
      expect(await ask(), 'what happens without us').toBe('default/pod-1');
      flows.applied(replaced);
      await flows.settled();
      expect(await ask()).toBe('default/pod-2');

      await apply(dns());
      expect(await ask()).not.toMatch(/^default/);
      await apply(dns(one));
      expect(await ask()).toBe('default/pod-1');
      await apply();
      expect(await ask()).not.toMatch(/^default/);
      expect(await stays(), 'TCP').toBe('default/pod-1');
      expect(flows.deleted).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(WAYS)('a connected UDP client of %s that was there before the service is served when it comes', async (_way, address, port) => {
    // A gateway that never answers: packets to nowhere leave the host, and are tracked.
    await host.must(['ip', 'route', 'add', 'default', 'via', '192.0.2.250']);
    const ask = await client('udp', address, port);
    expect(await ask()).not.toMatch(/^default/);
    expect(await tracked('-p', 'udp', '-d', address)).toHaveLength(1);

    const first = await program(dns(one));
    await startServers();
    expect(await ask(), 'what happens without us').not.toMatch(/^default/);
    flows.applied(first);
    await flows.settled();
    expect(await ask()).toBe('default/pod-1');
  });

  it('ends no good flow and nothing of somebody else’s NAT', async () => {
    await apply(dns(one, two));
    await startServers();
    const asks = await Promise.all(Array.from({ length: 12 }, () => client('udp', plan.service(1), 53)));
    const foreign = await client('udp', '198.51.100.7', 7777);
    const before = await Promise.all(asks.map((ask) => ask()));
    expect(new Set(before)).toEqual(new Set(['default/pod-1', 'default/pod-2']));
    expect(await foreign()).toBe('default/pod-1');
    const good = await entryIds('-d', plan.service(1), '-r', two);
    const others = await entryIds('-d', '198.51.100.7');

    await apply(dns(two));
    expect(await Promise.all(asks.map((ask) => ask()))).toEqual(asks.map(() => 'default/pod-2'));
    expect(await entryIds('-d', plan.service(1), '-r', two)).toEqual(expect.arrayContaining(good));
    expect(flows.deleted).toBe(before.filter((answer) => answer === 'default/pod-1').length);
    expect(await foreign()).toBe('default/pod-1');
    expect(await entryIds('-d', '198.51.100.7')).toEqual(others);

    // A new executor, as after a restart, finds nothing to do.
    flows = new StaleFlows(realConntrack(host.enter), createLogger('test', 'silent'));
    const all = await entryIds();
    await apply(dns(two));
    expect(flows.deleted).toBe(0);
    expect(await entryIds()).toEqual(all);
  });
});
