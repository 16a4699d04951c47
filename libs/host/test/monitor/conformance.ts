import { compile } from '@weft/compiler';
import { type HostMonitor, isSuspicious, type Notice } from '@weft/host';
import type { NodeConfig, Step } from '@weft/kernel';
import { applyConfig, type Host } from '@weft/reconcile';
import { eventually } from '@weft/testing';
import { desired, node, plan, pod, service, tcp } from '@weft/testing/desired';
import { expect } from 'vitest';

const WEB = service(1, [tcp(80, [plan.pod(1, 1), plan.pod(1, 2)])]);
const echo = pod(1, { runtime: { type: 'echo' }, ports: [{ name: null, containerPort: 8080, protocol: 'TCP' }] });

/** Node 1 of two, with two pods, of which one is served, and a service. */
export const CONFIG: NodeConfig = compile(
  desired({ nodes: [node(1), node(2)], pods: [echo, pod(2)], services: [WEB], cluster: { overlay: 'vxlan' } }),
  'node_1',
);

/** The same with iptables. */
export const IPTABLES_CONFIG: NodeConfig = compile(
  desired({ nodes: [node(1, { backend: 'iptables' }), node(2)], pods: [], services: [WEB] }),
  'node_1',
);

function need<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the configuration lacks what the test is about');
  return found;
}

const [firstMap] = [need(CONFIG.nft?.maps.find(({ elements }) => Object.keys(elements).length > 0))];
const chain = need(CONFIG.nft?.chains.find(({ rules }) => rules.length > 1));
const table = { tool: 'nft', family: 'ip', table: 'weft' } as const;
const bridge = need(CONFIG.links.find(({ kind }) => kind === 'bridge'));
const onHost = <T extends { readonly netns: string | null }>(items: readonly T[]) => need(items.find(({ netns }) => netns === null));
const inPod = <T extends { readonly netns: string | null }>(items: readonly T[]) => need(items.find(({ netns }) => netns !== null));

/** What somebody else does, and what tells of it. */
export interface Meddling {
  readonly does: string;
  readonly step: Step;
  readonly by: Notice['by'];
  readonly on?: NodeConfig;
}

export const MEDDLINGS: readonly Meddling[] = [
  { does: 'deletes our table', step: { ...table, commands: [{ do: 'delete-table' }] }, by: 'nft-monitor' },
  { does: 'empties one of our chains', step: { ...table, commands: [{ do: 'flush-chain', name: chain.name }] }, by: 'nft-monitor' },
  {
    does: 'deletes an element of one of our maps',
    step: {
      ...table,
      commands: [{ do: 'delete-map-elements', map: firstMap.name, keys: Object.keys(firstMap.elements).slice(0, 1) }],
    },
    by: 'nft-monitor',
  },
  {
    does: 'empties our chains of iptables',
    step: {
      tool: 'iptables',
      changes: [
        {
          ...{ table: 'nat', deleteChains: [], addJumps: [], deleteJumps: [], addRules: [], deleteRules: [] },
          rewrite: need(IPTABLES_CONFIG.iptables?.tables.find(({ name }) => name === 'nat')).chains.map(({ name }) => ({
            name,
            rules: [],
          })),
        },
      ],
    },
    by: 'nft-monitor',
    on: IPTABLES_CONFIG,
  },
  {
    does: 'deletes a route',
    step: { tool: 'ip', netns: null, ops: [{ op: 'route-delete', route: onHost(CONFIG.routes) }] },
    by: 'ip-monitor',
  },
  {
    does: 'deletes an address',
    step: { tool: 'ip', netns: null, ops: [{ op: 'address-delete', address: onHost(CONFIG.addresses) }] },
    by: 'ip-monitor',
  },
  {
    does: 'deletes a neighbour entry',
    step: { tool: 'ip', netns: null, ops: [{ op: 'neighbour-delete', neighbour: onHost(CONFIG.neighbours) }] },
    by: 'ip-monitor',
  },
  {
    does: 'deletes a forwarding entry',
    step: { tool: 'bridge', ops: [{ op: 'fdb-delete', entry: need(CONFIG.fdb[0]) }] },
    by: 'ip-monitor',
  },
  { does: 'deletes the bridge', step: { tool: 'ip', netns: null, ops: [{ op: 'link-delete', link: bridge }] }, by: 'ip-monitor' },
  {
    does: 'changes the bridge',
    step: { tool: 'ip', netns: null, ops: [{ op: 'link-set', link: { ...bridge, mtu: 1280 }, setMac: false }] },
    by: 'ip-monitor',
  },
  {
    does: 'deletes a route in a pod',
    step: { tool: 'ip', netns: inPod(CONFIG.routes).netns, ops: [{ op: 'route-delete', route: inPod(CONFIG.routes) }] },
    by: 'ip-monitor',
  },
  { does: "deletes a pod's namespace", step: { tool: 'netns-delete', names: [need(CONFIG.netns[1]).name] }, by: 'netns-watch' },
  {
    does: 'takes the name from a namespace in which a server runs',
    step: { tool: 'netns-delete', names: [need(CONFIG.netns[0]).name] },
    by: 'netns-watch',
  },
  { does: 'ends the server of a pod', step: { tool: 'workload-stop', workload: need(CONFIG.workloads[0]) }, by: 'workload-watch' },
];

/** Two hands on one host, and what tells of both. */
export interface Watched {
  readonly host: Host;
  readonly monitor: HostMonitor;
  /** Carries out a step as somebody else. */
  meddle(step: Step): Promise<unknown>;
}

/** Makes the host what it should be under its monitor, which tells nothing that contradicts it; then has somebody meddle, which it tells of. */
export async function expectNotice({ host, monitor, meddle }: Watched, { step, by, on: config = CONFIG }: Meddling): Promise<void> {
  const told: Notice[] = [];
  monitor.start((notice) => told.push(notice));
  try {
    await listens(told, monitor);
    expect((await applyConfig(host, config, await host.observe(config.sysctls, { pods: true }))).failure).toBeNull();
    const before = await settled(told);
    expect(before.filter((notice) => notice.what === 'rules' || notice.what === 'workload')).toEqual([]);
    told.length = 0;
    await meddle(step);
    await eventually(`a notice by ${by}`, () => told.some((notice) => notice.by === by && isSuspicious(config, notice)));
  } finally {
    monitor.close();
  }
}

/** Both listeners of a real monitor say when they hear; a fake one always does. */
async function listens(told: readonly Notice[], monitor: HostMonitor): Promise<void> {
  if ('tell' in monitor) return;
  await eventually('the monitors', () => told.filter(({ what }) => what === 'lost').length >= 2);
}

/** What was told when nothing more has come for a while. */
async function settled(told: readonly Notice[]): Promise<readonly Notice[]> {
  let count = -1;
  await eventually(
    'silence',
    () => {
      const still = told.length === count;
      count = told.length;
      return still;
    },
    { everyMs: 150 },
  );
  return [...told];
}
