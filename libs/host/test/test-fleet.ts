import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compile } from '@weft/compiler';
import { EMPTY_CONFIG, type NodeConfig } from '@weft/kernel';
import { type ClusterNetwork, DEFAULT_NETWORK, type DesiredNode, type DesiredPod, type DesiredService, podNetnsName } from '@weft/model';
import { type Applied, applyConfig } from '@weft/reconcile';
import { eventually } from '@weft/testing';
import { desired, node, plan, pod } from '@weft/testing/desired';
import { connect, createTestHost, type TestHost } from './test-host.ts';

const ASK_SCRIPT = fileURLToPath(new URL('./fixtures/ask.mjs', import.meta.url));

const ports = (['TCP', 'UDP'] as const).map((protocol) => ({ name: null, containerPort: 8080, protocol }));
/** A pod with an echo server on TCP and UDP port 8080. */
export const echoPod = (number: number, ip: string) => pod(number, { ip, ports, runtime: { type: 'echo' } });

/** Two pods on node 1, one on node 2 and one on node 3. */
const PODS: Readonly<Record<number, readonly DesiredPod[]>> = {
  1: [echoPod(1, plan.pod(1, 1)), echoPod(2, plan.pod(1, 2))],
  2: [echoPod(3, plan.pod(2, 1))],
  3: [echoPod(4, plan.pod(3, 1))],
};

/** How a fleet is set up. */
export interface FleetSpec {
  readonly podLink: DesiredNode['podLink'];
  readonly overlay: ClusterNetwork['overlay'];
  readonly backend?: DesiredNode['backend'];
  readonly services?: readonly DesiredService[];
  /** What is particular about a node, by its number. */
  readonly nodes?: Readonly<Record<number, Partial<DesiredNode>>>;
  readonly cluster?: Partial<ClusterNetwork>;
  /** What is made of each node's configuration before it is applied. */
  readonly spoil?: (config: NodeConfig) => NodeConfig;
  /** Pods of node 1 in place of pods 1 and 2. */
  readonly pods?: readonly DesiredPod[];
}

/** Somebody who asks: a pod by its number, a node by its number, or the outside host. */
export type Asker = { readonly pod: number } | { readonly node: number } | 'outside';

/** Addresses that the router leads to a node, as a load balancer in front of the fleet would: 203.0.113.10x to node x. */
export const external = (node: number) => `203.0.113.10${node}`;

/** An address of a node's that nobody else knows a way to: no answer to it ever comes back. */
export const unrouted = (node: number) => `172.31.255.${node}`;

/**
 * Three nodes and an outside host in namespaces. Nodes 1 and 2 (192.0.2.1, .2) share a subnet, node 3 (198.51.100.3) and the outside (203.0.113.9) are
 * behind a router that knows nothing of pods: a pod's packet that leaves untranslated is never answered. It leads service addresses to node 1.
 */
export interface TestFleet {
  /** Brings every node to a set-up, and says what each did. */
  apply(spec: FleetSpec): Promise<Applied[]>;
  /** The answers of the echo server at an address, `identity source` each. Throws CommandError when there is none. */
  ask(who: Asker, address: string, port?: number, rounds?: number): Promise<string[]>;
  /** The argv of a command that is to run where somebody is. */
  onto(who: Asker, argv: readonly string[]): string[];
  readonly nodes: readonly TestHost[];
  readonly outside: TestHost;
  /** Looks at every host and brings it to what was applied last, as an executor does from time to time. */
  again(): Promise<void>;
  /** Takes everything of ours from every node, and says what is still there: nothing but settings of the kernel. */
  clear(): Promise<NodeConfig[]>;
  destroy(): Promise<void>;
}

async function wireLan(router: TestHost, nodes: readonly TestHost[], outside: TestHost): Promise<void> {
  const [one, two, three] = nodes as [TestHost, TestHost, TestHost];
  await router.must(['ip', '-batch', '-'], 'link add lan type bridge\naddress add 192.0.2.254/24 dev lan\nlink set lan up\n');
  for (const [host, address, port] of [
    [one, '192.0.2.1/24', 'port1'],
    [two, '192.0.2.2/24', 'port2'],
  ] as const) {
    await connect(host, 'eth0', address, router, port, null);
    await router.must(['ip', 'link', 'set', port, 'master', 'lan']);
  }
  await connect(three, 'eth0', '198.51.100.3/24', router, 'port3', '198.51.100.254/24');
  await connect(outside, 'eth0', `${plan.outside}/24`, router, 'port9', '203.0.113.254/24');
  const gateways = ['192.0.2.254', '192.0.2.254', '198.51.100.254', '203.0.113.254'];
  await Promise.all([...nodes, outside].map((host, i) => host.must(['ip', 'route', 'add', 'default', 'via', gateways[i] ?? ''])));
  await Promise.all(nodes.map((host, i) => host.must(['ip', 'address', 'add', `${unrouted(i + 1)}/32`, 'dev', 'lo'])));
  const hosts = ['192.0.2.1', '192.0.2.2', '198.51.100.3'];
  for (const [i, host] of hosts.entries()) await router.must(['ip', 'route', 'add', external(i + 1), 'via', host]);
  for (const range of DEFAULT_NETWORK.serviceCidrs) await router.must(['ip', 'route', 'add', range, 'via', '192.0.2.1']);
  await router.must(['sysctl', '-w', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.port9.proxy_arp=1']);
}

/** Makes the hosts and wires them; nothing of ours is on them yet. */
export async function createTestFleet(): Promise<TestFleet> {
  const [router, outside, ...nodes] = await Promise.all(Array.from({ length: 5 }, createTestHost));
  if (router === undefined || outside === undefined) throw new Error('no hosts');
  await wireLan(router, nodes, outside);
  // As the executor does when it starts; where the kernel has it built in, there is nothing to load.
  await router.run(['modprobe', 'br_netfilter']);
  spawn('nsenter', [
    '-t',
    String(outside.pid),
    '-n',
    process.execPath,
    outside.echoScript,
    '--identity',
    'outside',
    '--tcp',
    '8080',
    '--udp',
    '8080',
  ]);
  const place = (who: Asker): { host: TestHost; netns: string[] } => {
    if (who === 'outside') return { host: outside, netns: [] };
    if ('node' in who) return { host: nodes[who.node - 1] as TestHost, netns: [] };
    const [number] = Object.entries(PODS).find(([, pods]) => pods.some(({ id }) => id === `pod_${who.pod}`)) ?? [];
    return { host: nodes[Number(number) - 1] as TestHost, netns: ['ip', 'netns', 'exec', podNetnsName(`pod_${who.pod}`)] };
  };
  // What is on each host, as an executor remembers it: looking costs a dozen processes.
  const known: (NodeConfig | undefined)[] = [];
  const wanted: NodeConfig[] = [];
  const onto: TestFleet['onto'] = (who, argv) => {
    const { host, netns } = place(who);
    return ['nsenter', '-t', String(host.pid), '-n', '-m', ...netns, ...argv];
  };
  const ask: TestFleet['ask'] = async (who, address, port = 8080, rounds = 1) => {
    const { host, netns } = place(who);
    const said = await host.must([...netns, process.execPath, ASK_SCRIPT, address, String(port), String(rounds)]);
    return said.trim().split('\n');
  };
  await eventually('the outside server', () => ask('outside', plan.outside), { withinMs: 60_000 });
  return {
    nodes,
    outside,
    ask,
    onto,
    apply: ({
      podLink,
      overlay,
      backend = 'nftables',
      services = [],
      nodes: particular = {},
      cluster = {},
      pods,
      spoil = (config) => config,
    }) =>
      Promise.all(
        nodes.map(async ({ host }, i) => {
          const all = [node(1), node(2), node(3, { address: '198.51.100.3/24' })].map((n, at) => ({
            ...n,
            podLink,
            backend,
            ...particular[at + 1],
          }));
          const state = desired({
            pods: (i === 0 ? pods : undefined) ?? PODS[i + 1] ?? [],
            nodes: all,
            services,
            cluster: { overlay, ...cluster },
          });
          const config = spoil(compile(state, `node_${i + 1}`));
          wanted[i] = config;
          const applied = await applyConfig(host, config, known[i] ?? (await host.observe(config.sysctls, { pods: true })));
          known[i] = applied.achieved === 'unknown' ? undefined : applied.achieved;
          return applied;
        }),
      ),
    again: async () => {
      await Promise.all(
        nodes.map(async ({ host }, i) => {
          const config = wanted[i] ?? EMPTY_CONFIG;
          const { achieved } = await applyConfig(host, config, await host.observe(config.sysctls, { pods: true }));
          known[i] = achieved === 'unknown' ? undefined : achieved;
        }),
      );
    },
    clear: () =>
      Promise.all(
        nodes.map(async ({ host }) => {
          await applyConfig(host, EMPTY_CONFIG, await host.observe([], { pods: true }));
          known.length = 0;
          return host.observe([], { pods: true });
        }),
      ),
    async destroy() {
      await Promise.all([router, outside, ...nodes].map((host) => host.destroy()));
    },
  };
}
