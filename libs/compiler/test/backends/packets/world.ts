import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { plan } from '@weft/testing/desired';
import { createNetns, type TestNetns } from '@weft/testing/netns';

const script = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

/** Everybody who takes part: a node with two pods on routed links, and a client on the node's network. */
export const PARTIES = ['node', 'pod-1', 'pod-2', 'client'] as const;
export type Party = (typeof PARTIES)[number];

/** Where the client is: neither node nor pod. */
export const CLIENT = '192.0.2.9';

const GATEWAY = '100.64.1.1';

/** Addresses in front of the fleet, which client and node lead to the node's network. */
export const EXTERNAL_RANGE = '203.0.113.0/24';

/** A small world of real network namespaces, in which the node has no rules yet. */
export interface World {
  readonly node: TestNetns;
  /** Makes requests at once from a party; what came of each, in order. */
  readonly ask: (party: Party, requests: readonly string[]) => Promise<string[]>;
  readonly end: () => Promise<void>;
}

/** `tcp://host:port` or `udp://host:port` as a request of client.ts. */
function request(url: string) {
  const [, protocol, host, port] = /^(tcp|udp):\/\/([\d.]+):(\d+)$/.exec(url) ?? [];
  return { protocol, host, port: Number(port) };
}

async function serve(netns: TestNetns, name: string): Promise<ChildProcess> {
  const server = spawn('ip', ['netns', 'exec', netns.name, process.execPath, script('server'), name, '8080'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  return server;
}

async function ended(server: ChildProcess): Promise<void> {
  const gone = once(server, 'exit');
  server.kill();
  await gone;
}

/** Builds the world and starts a server in both pods and at the client, on port 8080. */
export async function createWorld(): Promise<World> {
  const [node, pod1, pod2, client] = await Promise.all([
    createNetns('node'),
    createNetns('pod-1'),
    createNetns('pod-2'),
    createNetns('client'),
  ]);
  const parties: Record<Party, TestNetns> = { node, 'pod-1': pod1, 'pod-2': pod2, client };
  const ip = (netns: TestNetns, ...lines: string[]) => netns.must(['ip', '-batch', '-'], lines.map((line) => `${line}\n`).join(''));

  await ip(
    node,
    `link add eth0 type veth peer name eth0 netns ${client.name}`,
    `address add ${plan.host(1)}/24 dev eth0`,
    'link set eth0 up',
  );
  await ip(
    client,
    `address add ${CLIENT}/24 dev eth0`,
    'link set eth0 up',
    `route add 198.19.0.0/16 via ${plan.host(1)}`,
    `route add ${EXTERNAL_RANGE} via ${plan.host(1)}`,
  );
  await node.must(['sysctl', '-qw', 'net.ipv4.conf.default.send_redirects=0']);
  for (const [number, netns] of [
    [1, pod1],
    [2, pod2],
  ] as const) {
    const [link, address] = [`wfpod${number}`, plan.pod(1, number)];
    await ip(
      node,
      `link add ${link} type veth peer name eth0 netns ${netns.name}`,
      `address add ${GATEWAY}/32 dev ${link}`,
      `link set ${link} up`,
      `route add ${address} dev ${link}`,
    );
    await ip(
      netns,
      `address add ${address}/32 dev eth0`,
      'link set eth0 up',
      `route add ${GATEWAY} dev eth0`,
      `route add default via ${GATEWAY}`,
    );
  }
  // The service route leads back to where pod 1 comes from, as the bridge's does; redirects would use up the ICMP errors that a peer is given.
  await ip(node, 'route add 198.19.0.0/16 dev wfpod1', `route add ${EXTERNAL_RANGE} dev eth0`);
  await node.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.send_redirects=0']);
  const servers = await Promise.all([serve(pod1, 'pod-1'), serve(pod2, 'pod-2'), serve(client, 'client')]);

  return {
    node,
    ask: async (party, urls) => {
      const answer = await parties[party].must([process.execPath, script('client'), JSON.stringify(urls.map(request))]);
      return JSON.parse(answer);
    },
    end: async () => {
      await Promise.all(servers.map(ended));
      await Promise.all(Object.values(parties).map((netns) => netns.destroy()));
    },
  };
}
