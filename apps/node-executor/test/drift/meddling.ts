import type { Backend, DesiredState, DriftReport } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExecutorHost, type ExecutorHost, type Foreign, makeBundle, type RunningExecutor } from '../support/executor-process.ts';
import { snapshot } from '../support/host-snapshot.ts';
import { CLUSTER, NODE, pod, service } from '../support/objects.ts';

/** One way in which services are programmed, and how a host is prepared for it. */
export interface Way {
  readonly name: string;
  readonly backend: Backend;
  /** False: no monitor tells of its rules, nor who changed them. */
  readonly monitored: boolean;
  readonly prepare?: (host: ExecutorHost) => Promise<unknown>;
  /** How long the slowest thing may take, in ms; half a minute where nothing is said. */
  readonly patienceMs?: number;
  /** How the network, which is the same for all, is meddled with: thing by thing where nothing is said, or with several at once where a look takes long. */
  readonly network?: 'each' | 'at once';
  /** What somebody else has there; a table of nftables where nothing is said. */
  readonly foreign?: Foreign;
}

const OTHER = { ...NODE, id: 'node_n2', name: 'n2', address: '192.0.2.2/24', podBlocks: ['100.64.2.0/24'] } as const;
/** An address of the service outside the service range. */
const EXTERNAL = '203.0.113.11';
const echo = { runtime: { type: 'echo' } } as const;

/** Two nodes that reach each other through VXLAN; here two pods that answer, behind one service. */
const stateOf = (backend: Backend): DesiredState => ({
  epoch: 'e',
  revision: 9,
  cluster: { ...CLUSTER, overlay: 'vxlan' },
  nodes: [
    { ...NODE, backend, revision: 1 },
    { ...OTHER, podBlocks: [...OTHER.podBlocks], nodePortAddresses: [], backend, revision: 1 },
  ],
  pods: [
    { ...pod(1, echo), revision: 2 },
    { ...pod(2, echo), revision: 3 },
  ],
  services: [{ ...service(1, ['100.64.1.11', '100.64.1.12']), externalIPs: [EXTERNAL], revision: 4 }],
});

/** What an event has to name: the kind of thing, and how its name begins. */
interface Named {
  readonly names: string;
  readonly kind: DriftReport['changes'][number]['kind'];
}

/** What somebody does by hand, what is to be told of it, and by whom. */
interface Meddling extends Named {
  readonly does: string;
  readonly by: (host: ExecutorHost) => Promise<unknown>;
  /** What else is to be told, in the same event or another. */
  readonly and?: readonly Named[];
  /** Who did it, where the kernel says it. */
  readonly process?: string;
}

const first = (text: string, pattern: RegExp): string => {
  const [, found] = pattern.exec(text) ?? [];
  if (found === undefined) throw new Error(`nothing like ${pattern} in ${text}`);
  return found;
};

async function deleteNftRule(host: ExecutorHost): Promise<unknown> {
  const chains = await host.must(['nft', '-a', 'list', 'table', 'ip', 'weft']);
  const [, chain = '', handle = ''] =
    /chain (\S+) \{[^}]*?\n\t\t[^\n]*198\.19[^\n]*# handle (\d+)\n/.exec(chains) ??
    /chain (\S+) \{ # handle \d+\n(?:\t\ttype [^\n]*\n)?\t\t(?!type)[^\n]*# handle (\d+)\n/.exec(chains) ??
    [];
  return host.must(['nft', 'delete', 'rule', 'ip', 'weft', chain, 'handle', handle]);
}

async function deleteNftElement(host: ExecutorHost): Promise<unknown> {
  const listed = JSON.parse(await host.must(['nft', '-j', 'list', 'table', 'ip', 'weft'])) as {
    nftables: { map?: { name: string; elem?: [unknown, unknown][] } }[];
  };
  const map = listed.nftables.find((item) => JSON.stringify(item.map?.elem ?? '').includes('198.19.0.11'))?.map;
  const text = await host.must(['nft', '-s', 'list', 'map', 'ip', 'weft', map?.name ?? '']);
  const key = first(text, /(198\.19\.0\.11 [^:,}]*?)(?: comment "[^"]*")?(?: counter)? :/).trim();
  return host.must(['nft', 'delete', 'element', 'ip', 'weft', map?.name ?? '', `{ ${key} }`]);
}

const iptablesChains = async (host: ExecutorHost, table: string) =>
  [...(await host.must(['iptables-save', '-t', table])).matchAll(/^:(WEFT-(?!MADE)\S+)/gm)].map(([, name = '']) => name);

async function flushIptables(host: ExecutorHost): Promise<void> {
  for (const chain of await iptablesChains(host, 'nat')) await host.must(['iptables', '-t', 'nat', '-F', chain]);
}

async function deleteIptablesRule(host: ExecutorHost): Promise<unknown> {
  const saved = await host.must(['iptables-save', '-t', 'nat']);
  return host.must(['iptables', '-t', 'nat', '-D', first(saved, /^-A (WEFT-\S+) .*198\.19\.0\.11/m), '1']);
}

async function deleteJump(host: ExecutorHost): Promise<unknown> {
  const rules = (await host.must(['iptables', '-t', 'nat', '-S', 'PREROUTING'])).split('\n').filter((line) => line.startsWith('-A'));
  return host.must(['iptables', '-t', 'nat', '-D', 'PREROUTING', `${rules.findIndex((line) => line.includes('WEFT-')) + 1}`]);
}

const VIP = ['-t', '198.19.0.11:80'] as const;
const IPVS = 'ipvs tcp 198.19.0.11:80';

const RULES: Readonly<Record<Backend, readonly Meddling[]>> = {
  nftables: [
    {
      does: 'flushes our table',
      by: (host) => host.must(['nft', 'flush', 'table', 'ip', 'weft']),
      kind: 'nft',
      names: 'rule of chain',
      process: 'nft',
    },
    {
      does: 'deletes our table',
      by: (host) => host.must(['nft', 'delete', 'table', 'ip', 'weft']),
      kind: 'nft',
      names: 'table ip weft',
      process: 'nft',
    },
    { does: 'deletes one rule', by: deleteNftRule, kind: 'nft', names: 'rule of chain', process: 'nft' },
    { does: 'deletes one map element', by: deleteNftElement, kind: 'nft', names: 'element of map', process: 'nft' },
  ],
  iptables: [
    { does: 'flushes our chains', by: flushIptables, kind: 'iptables', names: 'rule of chain', process: 'iptables' },
    { does: 'deletes one rule', by: deleteIptablesRule, kind: 'iptables', names: 'rule of chain', process: 'iptables' },
    { does: 'deletes the jump to our chains', by: deleteJump, kind: 'iptables', names: 'jump', process: 'iptables' },
  ],
  // Where IPVS is, a look at everything takes seconds: what one hand does at once is one look.
  ipvs: [
    {
      does: 'deletes a virtual service',
      by: (host) => host.must(['ipvsadm', '-D', ...VIP]),
      kind: 'ipvs',
      names: IPVS,
    },
    {
      does: 'gives one destination another weight and leads a share elsewhere, deletes an element of a set and takes an address away',
      async by(host) {
        await host.must(['ipvsadm', '-e', ...VIP, '-r', '100.64.1.12:8080', '-m', '-w', '7']);
        await host.must(['ipvsadm', '-a', ...VIP, '-r', '192.0.2.77:80', '-m']);
        const element = first(await host.must(['ipset', 'save']), /^add (WEFT-\S+ \S*198\.19\.0\.11\S*)/m);
        await host.must(['ipset', 'del', ...element.split(' ')]);
        await host.must(['ip', 'address', 'del', `${EXTERNAL}/32`, 'dev', 'wf-ipvs0']);
      },
      kind: 'ipvs',
      names: IPVS,
      and: [
        { kind: 'ipset', names: 'ipset WEFT-' },
        { kind: 'address', names: `address wf-ipvs0 ${EXTERNAL}` },
      ],
    },
    {
      does: 'gives a virtual service another scheduler, deletes a destination, the route of the service range and the link of other addresses',
      async by(host) {
        await host.must(['ipvsadm', '-E', ...VIP, '-s', 'sh']);
        await host.must(['ipvsadm', '-d', ...VIP, '-r', '100.64.1.11:8080']);
        await host.must(['ip', 'route', 'del', 'local', '198.19.0.0/16']);
        await host.must(['ip', 'link', 'del', 'wf-ipvs0']);
      },
      kind: 'ipvs',
      names: IPVS,
      and: [
        { kind: 'link', names: 'link wf-ipvs0' },
        { kind: 'route', names: 'route 198.19.0.0/16 local' },
      ],
    },
  ],
};

const NETWORK: readonly Meddling[] = [
  {
    does: 'deletes one route',
    by: (host) => host.must(['ip', 'route', 'del', '100.64.2.0/24']),
    kind: 'route',
    names: 'route 100.64.2.0/24',
  },
  {
    does: 'deletes the route to its own pods, which the kernel had made with the address',
    by: (host) => host.must(['ip', 'route', 'del', '100.64.1.0/24', 'dev', 'weft0']),
    kind: 'route',
    names: 'route 100.64.1.0/24',
  },
  {
    does: 'deletes one neighbour entry',
    by: (host) => host.must(['ip', 'neigh', 'del', '100.64.2.0', 'dev', 'wf-vxlan']),
    kind: 'neighbour',
    names: 'neighbour wf-vxlan',
  },
  {
    does: 'deletes one forwarding entry',
    by: async (host) => {
      const mac = first(await host.must(['bridge', 'fdb', 'show', 'dev', 'wf-vxlan']), /^(\S+) dst 192\.0\.2\.2/m);
      return host.must(['bridge', 'fdb', 'del', mac, 'dev', 'wf-vxlan', 'dst', '192.0.2.2', 'self']);
    },
    kind: 'fdb',
    names: 'fdb wf-vxlan',
  },
  { does: 'deletes the bridge', by: (host) => host.must(['ip', 'link', 'del', 'weft0']), kind: 'link', names: 'link weft0' },
  { does: 'takes the bridge down', by: (host) => host.must(['ip', 'link', 'set', 'weft0', 'down']), kind: 'link', names: 'link weft0' },
  {
    does: "deletes a pod's default route",
    by: (host) => host.must(['ip', '-n', 'wf-pod-p1', 'route', 'del', 'default']),
    kind: 'route',
    names: 'route wf-pod-p1 default',
  },
  {
    does: "deletes a pod's link",
    by: async (host) => host.must(['ip', '-n', 'wf-pod-p2', 'link', 'del', 'eth0']),
    kind: 'link',
    names: 'link wf',
  },
  {
    does: "deletes a pod's namespace",
    by: (host) => host.must(['ip', 'netns', 'del', 'wf-pod-p1']),
    kind: 'netns',
    names: 'netns wf-pod-p1',
  },
  {
    does: "kills a pod's process",
    by: async (host) =>
      host.must(['kill', '-9', (await host.must(['pgrep', '-f', 'echo-server.*default/pod-2'])).trim().split('\n')[0] ?? '']),
    kind: 'workload',
    names: 'workload wf-pod-p2',
  },
];

const NETWORK_AT_ONCE: Meddling = {
  does: 'deletes a route, a neighbour entry and the bridge',
  async by(host) {
    await host.must(['ip', 'route', 'del', '100.64.2.0/24']);
    await host.must(['ip', 'neigh', 'del', '100.64.2.0', 'dev', 'wf-vxlan']);
    await host.must(['ip', 'link', 'del', 'weft0']);
  },
  kind: 'link',
  names: 'link weft0',
  and: [
    { kind: 'route', names: 'route 100.64.2.0/24' },
    { kind: 'neighbour', names: 'neighbour wf-vxlan' },
  ],
};

const PATIENCE_MS = 30_000;

/** How long each repair took, in ms: from being noticed, and from before the hand's command until everything was seen to be as before. */
const took = { noticed: [] as number[], whole: [] as number[] };

/** A percentile of what was measured. */
function percentile(of: readonly number[], share: number): number {
  return Math.round([...of].sort((a, b) => a - b)[Math.min(Math.floor(of.length * share), of.length - 1)] ?? 0);
}

const figures = (of: readonly number[]) => `p50 ${percentile(of, 0.5)} ms, p99 ${percentile(of, 0.99)} ms`;

/** Has somebody meddle with everything of a running executor, on each of these ways. */
export function expectRepairs(ways: readonly Way[]): void {
  beforeAll(makeBundle, PATIENCE_MS);
  afterAll(() => {
    const { noticed, whole } = took;
    process.stdout.write(`${noticed.length} repairs: from notice to repaired ${figures(noticed)}; until seen ${figures(whole)}\n`);
  });

  describe.each(ways)('$name', ({ backend, monitored, prepare, foreign, patienceMs = PATIENCE_MS, network = 'each' }) => {
    let host: ExecutorHost;
    let executor: RunningExecutor;
    let before: unknown;
    let theirs: string;

    const visit = async () => {
      const { stdout } = await host.run(['curl', '-s', '--max-time', '2', ...Array.from({ length: 8 }, () => 'http://198.19.0.11/')]);
      return new Set(stdout.match(/^default\/.*$/gm));
    };
    const bothAnswer = () =>
      eventually('both pods answering', async () => (await visit()).size === 2, { withinMs: patienceMs, everyMs: 50 });

    beforeAll(async () => {
      host = await createExecutorHost(foreign);
      await prepare?.(host);
      await host.leave(stateOf(backend));
      executor = host.execute('run');
      const passed = () => {
        if (!executor.output().includes('no answer')) throw new Error(executor.output());
        return true;
      };
      await eventually('its first pass', passed, { withinMs: patienceMs });
      await bothAnswer();
      before = await snapshot(host);
      theirs = await host.foreign();
      expect(theirs).not.toBe('');
    }, 2 * patienceMs);
    afterAll(async () => {
      await host.signal(executor.child, 'SIGTERM');
      await executor.ended;
      await host.destroy();
    }, patienceMs);

    it.each([...RULES[backend], ...(network === 'each' ? NETWORK : [NETWORK_AT_ONCE])])(
      'somebody $does: it is noticed, named and repaired',
      async ({ by, kind, names, and = [], process: who }) => {
        const known = new Set((await host.drift()).map(({ id, count }) => `${id} ${count}`));
        await by(host);
        const startedAt = performance.now();
        expect(await snapshot(host).catch(() => null)).toBeDefined();
        await eventually('everything as before', async () => JSON.stringify(await snapshot(host)) === JSON.stringify(before), {
          withinMs: patienceMs,
          everyMs: 10,
        });
        took.whole.push(performance.now() - startedAt);
        await bothAnswer();
        expect(await host.foreign()).toBe(theirs);
        const telling = (wanted: Named) => async () =>
          (await host.drift()).find(
            ({ id, count, outcome, changes }) =>
              !known.has(`${id} ${count}`) &&
              outcome === 'repaired' &&
              changes.some((one) => one.kind === wanted.kind && one.object.startsWith(wanted.names)),
          );
        for (const wanted of and) await eventually(`an event that names ${wanted.names}`, telling(wanted), { withinMs: patienceMs });
        const event = await eventually('the event', telling({ kind, names }), { withinMs: patienceMs });
        took.noticed.push(event.durationMs ?? 0);
        if (who !== undefined && monitored) expect(event.process?.name).toContain(who);
        // Where no monitor tells, reading back what was applied may be sooner than the next look at the content.
        if (monitored) expect(event.noticedBy).not.toBe('verification');
      },
      2 * patienceMs,
    );
  });
}
