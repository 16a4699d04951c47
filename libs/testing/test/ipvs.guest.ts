import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../src/eventually.ts';
import { ownKernelHasIpvs } from '../src/guest/index.ts';
import { createNetns, type TestNetns } from '../src/netns.ts';

const SERVICE = '10.96.0.1';
const PODS = ['pod-a', 'pod-b'] as const;
const SCHEDULERS = ['rr', 'wrr', 'lc', 'wlc', 'sh', 'dh', 'sed', 'nq', 'mh'];

interface Feature {
  readonly what: string;
  readonly argv: readonly string[];
  readonly input?: string;
}

const NFT_RULES = `table ip n {
  chain pre { type nat hook prerouting priority dstnat
    fib daddr type local dnat to numgen random mod 2 map { 0 : 192.0.2.1, 1 : 192.0.2.2 }
    dnat to jhash ip saddr mod 2 map { 0 : 192.0.2.1, 1 : 192.0.2.2 }
  }
  chain post { type nat hook postrouting priority srcnat; masquerade fully-random; }
  chain forward { type filter hook forward priority filter; sctp dport 80 accept; reject with icmp type port-unreachable; }
}`;

const IPTABLES_RULES = `*nat
-A PREROUTING -m addrtype --dst-type LOCAL -m comment --comment c -m statistic --mode random --probability 0.5 -j MARK --set-mark 1
-A PREROUTING -p tcp -m recent --name r --rcheck -j DNAT --to-destination 192.0.2.1:80
-A PREROUTING -m set --match-set hash:ip,port dst,dst -j RETURN
-A POSTROUTING -m mark --mark 1 -j MASQUERADE --random-fully
COMMIT
*filter
-A FORWARD -p sctp -m conntrack --ctstate NEW -m ipvs --ipvs -j REJECT
COMMIT
`;

const SETS = ['hash:ip', 'hash:net', 'hash:ip,port', 'hash:ip,port,ip', 'hash:ip,port,net', 'bitmap:port'];

/** What the backends give to the kernel, each with modules of its own behind it. The sets come before the rules that ask them. */
const FEATURES: readonly Feature[] = [
  { what: 'a bridge', argv: ['ip', 'link', 'add', 'br0', 'type', 'bridge'] },
  { what: 'a VXLAN', argv: ['ip', 'link', 'add', 'vx0', 'type', 'vxlan', 'id', '3', 'dstport', '4789'] },
  { what: 'the settings of bridges that filter', argv: ['modprobe', 'br_netfilter'] },
  { what: 'SCTP sockets', argv: ['modprobe', 'sctp'] },
  { what: 'NAT, masquerade, fib, numgen, jhash, reject in nftables', argv: ['nft', '-f', '-'], input: NFT_RULES },
  ...SETS.map((type) => ({
    what: `an ipset ${type}`,
    argv: ['ipset', 'create', type, type, ...(type === 'bitmap:port' ? ['range', '1-1024'] : [])],
  })),
  { what: 'every match of ours in iptables (nft)', argv: ['iptables-nft-restore'], input: IPTABLES_RULES },
  { what: 'every match of ours in iptables (legacy)', argv: ['iptables-legacy-restore'], input: IPTABLES_RULES },
];

describe('a kernel with ip_vs', () => {
  let node: TestNetns;
  let client: TestNetns;
  const made: TestNetns[] = [];
  const servers: ChildProcess[] = [];

  /** Gives a namespace a link to the node: .1 is the node’s end, .2 its own. */
  async function attach(host: TestNetns, subnet: string): Promise<void> {
    await node.must(['ip', 'link', 'add', `to${subnet}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', host.name]);
    await node.must(['ip', 'addr', 'add', `10.1.${subnet}.1/24`, 'dev', `to${subnet}`]);
    await node.must(['ip', 'link', 'set', `to${subnet}`, 'up']);
    await host.must(['ip', 'addr', 'add', `10.1.${subnet}.2/24`, 'dev', 'eth0']);
    await host.must(['ip', 'link', 'set', 'eth0', 'up']);
    await host.must(['ip', 'route', 'add', 'default', 'via', `10.1.${subnet}.1`]);
  }

  async function netns(purpose: string): Promise<TestNetns> {
    const host = await createNetns(purpose);
    made.push(host);
    return host;
  }

  /**
   * Connects from the client to the service, and returns who answered. On a pipe of Node, which is a socket, and within no other shell, bash would take itself to be
   * called over a network and read ~/.bashrc (bash(1), Invocation), which may take ten seconds here.
   */
  const ask = async (port: number) =>
    await client.must(['timeout', '30', 'bash', '--norc', '-c', 'exec 3<>"/dev/tcp/$0/$1" && cat <&3', SERVICE, `${port}`]);

  beforeAll(async () => {
    node = await netns('node');
    client = await netns('client');
    await attach(client, '0');
    for (const [place, name] of PODS.entries()) {
      const pod = await netns(name);
      await attach(pod, `${place + 1}`);
      const serve = `require('node:net').createServer((socket) => socket.end('${name}')).listen(8080)`;
      servers.push(spawn('ip', ['netns', 'exec', pod.name, process.execPath, '-e', serve], { stdio: ['ignore', 'inherit', 'inherit'] }));
      await eventually('a listening pod', async () => (await pod.must(['ss', '-Hlnt', 'sport = 8080'])) !== '', { withinMs: 30_000 });
    }
    await node.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    await node.must(['ip', 'link', 'add', 'wf-ipvs0', 'type', 'dummy']);
    await node.must(['ip', 'addr', 'add', `${SERVICE}/32`, 'dev', 'wf-ipvs0']);
  });

  afterAll(async () => {
    for (const server of servers) server.kill();
    for (const host of made) await host.destroy();
  });

  it('is no fake', async () => {
    expect(await ownKernelHasIpvs()).toBe(true);
    expect(existsSync('/proc/net/ip_vs')).toBe(true);
    expect(await node.must(['ip', '-d', 'link', 'show', 'wf-ipvs0'])).toContain('dummy');
  });

  it('carries a connection through a service to each real server in turn', async () => {
    const batch = [`-A -t ${SERVICE}:80 -s rr`, ...PODS.map((_name, place) => `-a -t ${SERVICE}:80 -r 10.1.${place + 1}.2:8080 -m`)];
    await node.must(['ipvsadm', '--restore'], `${batch.join('\n')}\n`);
    expect([await ask(80), await ask(80)].sort()).toEqual([...PODS]);
    // The kernel sums its counters up every two seconds.
    const counted = new RegExp(`^TCP +${SERVICE}:80 +2 `, 'm');
    await eventually('two counted connections', async () => counted.test(await node.must(['ipvsadm', '-Ln', '--stats'])));
  });

  it('refuses a port of the service address that no service has', async () => {
    await expect(ask(81)).rejects.toThrow('Connection refused');
  });

  it.each(SCHEDULERS.map((name, place) => [name, 8000 + place] as const))('has the scheduler %s', async (name, port) => {
    const batch = [`-A -t ${SERVICE}:${port} -s ${name}`, `-a -t ${SERVICE}:${port} -r 10.1.1.2:8080 -m`];
    await node.must(['ipvsadm', '--restore'], `${batch.join('\n')}\n`);
    expect(await ask(port)).toBe('pod-a');
  });

  describe('and all that the backends use', () => {
    let host: TestNetns;
    beforeAll(async () => {
      host = await netns('features');
    });

    it.each(FEATURES)('takes $what', async ({ argv, input }) => {
      await host.must(argv, input);
    });
  });
});
