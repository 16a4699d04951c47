import { compile } from '@weft/compiler';
import { EMPTY_CONFIG } from '@weft/kernel';
import { applyConfig, diff } from '@weft/reconcile';
import { desired, node, plan, pod, service, tcp } from '@weft/testing/desired';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, createTestHost, type TestHost } from './test-host.ts';

const FOREIGN_NFT = `table inet firewall {
  set admins { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 }; }
  chain input { type filter hook input priority 0; policy accept; ip saddr @admins tcp dport 22 counter accept comment "ssh"; }
}
table ip weft-of-somebody-else {
  chain forward { type filter hook forward priority 0; policy accept; }
}
`;

const FOREIGN_IPTABLES = `*filter
:DOCKER-USER - [0:0]
:WEFTER - [0:0]
-A FORWARD -j DOCKER-USER
-A DOCKER-USER -s 172.17.0.0/16 -m comment --comment "WEFT-SERVICES is not meant" -j RETURN
COMMIT
*nat
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
COMMIT
`;

const FOREIGN_LINKS = `link add docker0 type bridge
address add 172.17.0.1/16 dev docker0
link set docker0 up
route add 10.20.0.0/16 via 192.0.2.254 proto static
route add 10.30.0.0/16 via 192.0.2.254 proto 86
neighbour add 192.0.2.77 lladdr 02:00:00:00:00:77 dev eth0 nud permanent
netns add cni-1234
netns add weft
`;

const LOOK: readonly (readonly string[])[] = [
  ['nft', 'list', 'ruleset'],
  ['iptables-save'],
  ['iptables-legacy-save'],
  ['ip', '-j', 'address', 'show'],
  ['ip', '-j', 'route', 'show', 'table', 'all'],
  ['ip', '-j', 'rule', 'show'],
  ['ip', '-j', 'neighbour', 'show', 'nud', 'permanent'],
  ['bridge', '-j', 'fdb', 'show'],
  ['ip', '-j', 'netns', 'list'],
];

// When a listing was made, and how often a counter was hit.
const PASSING = /^#.*$|counter packets \d+ bytes \d+|"valid_life_time":\d+|\[\d+:\d+\]/gm;

/** What is on a host, as its own tools print it. */
async function everythingOn(at: TestHost): Promise<string> {
  const texts = await Promise.all(LOOK.map(async (argv) => `${argv.join(' ')}\n${await at.must(argv)}`));
  return texts.join('\n').replaceAll(PASSING, '');
}

let at: TestHost;

beforeEach(async () => {
  at = await createTestHost();
  // Link-local addresses and their routes come and go by the clock (duplicate address detection).
  await at.must(['sysctl', '-w', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1']);
  await connect(at, 'eth0', '192.0.2.1/24', at, 'lan', null);
  await at.must(['nft', '-f', '-'], FOREIGN_NFT);
  await at.must(['ip', '-batch', '-'], FOREIGN_LINKS);
});

afterEach(() => at.destroy());

/** What somebody else has in iptables: nothing at all; rules; built-in chains that have been used once and are empty, in some tables. */
const IPTABLES_BEFORE = {
  'no rules': '',
  'rules of others': FOREIGN_IPTABLES,
  'idle chains': '*nat\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
} as const;

const cases = (['nftables', 'iptables'] as const).flatMap((backend) =>
  (['no rules', 'rules of others', 'idle chains'] as const).map((before) => [backend, before] as const),
);

describe('cleaning up', () => {
  it.each(cases)('leaves a host as it was before weft, which ran on %s, with %s in iptables', async (backend, before) => {
    if (before !== 'no rules') await at.must(['iptables-restore', '--noflush'], IPTABLES_BEFORE[before]);
    const untouched = await everythingOn(at);
    const echo = pod(1, { runtime: { type: 'echo' }, ports: [{ name: null, containerPort: 8080, protocol: 'TCP' }] });
    const services = [service(1, [tcp(80, [plan.pod(1, 1), plan.pod(2, 1)], { nodePort: 30080 })])];
    const nodes = [
      node(1, { backend, podLink: backend === 'nftables' ? 'bridge' : 'routed' }),
      node(2),
      node(3, { address: '198.51.100.3/24' }),
    ];
    const config = compile(desired({ pods: [echo, pod(2)], services, nodes }), 'node_1');
    expect((await applyConfig(at.host, config, EMPTY_CONFIG)).failure).toBeNull();
    expect(await everythingOn(at)).not.toBe(untouched);

    const found = await at.host.observe([], { pods: true });
    expect((await applyConfig(at.host, EMPTY_CONFIG, found)).failure).toBeNull();

    expect(await at.host.observe([], { pods: true })).toEqual(EMPTY_CONFIG);
    expect(await everythingOn(at)).toBe(untouched);
  });

  it('leaves a built-in chain that somebody else has come to use meanwhile', async () => {
    const config = compile(desired({ nodes: [node(1, { backend: 'iptables' })] }), 'node_1');
    expect((await applyConfig(at.host, config, EMPTY_CONFIG)).failure).toBeNull();
    await at.must(['iptables', '-t', 'nat', '-A', 'OUTPUT', '-d', '192.0.2.200', '-j', 'ACCEPT']);
    await at.must(['iptables', '-t', 'filter', '-P', 'FORWARD', 'DROP']);
    expect((await applyConfig(at.host, EMPTY_CONFIG, await at.host.observe([], { pods: true }))).failure).toBeNull();

    const saved = (await at.must(['iptables-save'])).replaceAll(PASSING, '');
    expect(saved).toContain('-A OUTPUT -d 192.0.2.200/32 -j ACCEPT');
    expect(saved).toContain(':FORWARD DROP');
    expect(saved).not.toContain('WEFT');
    expect(await at.must(['nft', 'list', 'tables', 'ip'])).not.toContain('mangle');
  });

  it('takes away the marks of built-in chains that an executor left when it was killed', async () => {
    const config = compile(desired({ nodes: [node(1, { backend: 'iptables' })] }), 'node_1');
    const untouched = await everythingOn(at);
    const [rules] = diff({ ...EMPTY_CONFIG, iptables: config.iptables }, EMPTY_CONFIG);
    const [back] = diff(EMPTY_CONFIG, { ...EMPTY_CONFIG, iptables: config.iptables });
    for (const step of [rules, back]) if (step !== undefined) expect(await at.host.run(step)).toMatchObject({ exitCode: 0 });
    expect(await at.must(['iptables-save'])).toContain('WEFT-MADE-');

    const found = await at.host.observe([], { pods: true });
    expect((await applyConfig(at.host, EMPTY_CONFIG, found)).failure).toBeNull();
    expect(await everythingOn(at)).toBe(untouched);
  });
});
