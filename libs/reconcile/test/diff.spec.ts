import { EMPTY_CONFIG, type IpOp, type Link, type NodeConfig, type Step } from '@weft/kernel';
import { diff } from '@weft/reconcile';
import { desired, node, plan, pod, service, tcp } from '@weft/testing/desired';
import { describe, expect, it } from 'vitest';
import { compiled } from './random-fleet.ts';

const far = node(3, { address: '198.51.100.3/24' });
const pods = [pod(1), pod(2, { runtime: { type: 'echo' } })];
const services = [service(1, [tcp(80, [plan.pod(2, 1)])])];
const bridge = compiled(desired({ pods, services, nodes: [node(1), far] }));
const routed = compiled(desired({ pods, services, nodes: [node(1, { podLink: 'routed' }), far] }));
const iptables = compiled(desired({ pods, services, nodes: [node(1, { backend: 'iptables' }), far] }));

const describeStep = (step: Step) => ('netns' in step && step.netns !== null ? `${step.tool} in ${step.netns}` : step.tool);
const tools = (steps: readonly Step[]) => steps.map(describeStep);
const ipOps = (steps: readonly Step[], netns: string | null): IpOp[] =>
  steps.flatMap((s) => (s.tool === 'ip' && s.netns === netns ? s.ops : []));
const ops = (steps: readonly Step[], netns: string | null) => ipOps(steps, netns).map(({ op }) => op);
const withLink = (config: NodeConfig, kind: Link['kind'], changes: object): NodeConfig => ({
  ...config,
  links: config.links.map((link) => (link.kind === kind ? ({ ...link, ...changes } as Link) : link)),
});

describe('diff', () => {
  it('of equal configurations is nothing', () => {
    for (const config of [EMPTY_CONFIG, bridge, routed, iptables]) expect(diff(config, structuredClone(config))).toEqual([]);
  });

  it('builds a node from below: one batch for each pod, routes after what they need', () => {
    const steps = diff(bridge, EMPTY_CONFIG);
    expect(tools(steps)).toEqual([
      'sysctl',
      'netns-add',
      'ip',
      'sysctl',
      'ip in wf-pod-1',
      'ip in wf-pod-2',
      'ip',
      'bridge',
      'ip',
      'nft',
      'workload-start',
    ]);
    expect(ops(steps, 'wf-pod-1')).toEqual(['peer-set', 'address-add', 'route-replace']);
    expect(ops(steps, null)).toEqual([
      ...['link-add', 'link-add', 'link-add', 'link-add'],
      ...['address-add', 'address-add', 'neighbour-replace'],
      ...['route-replace', 'route-replace', 'route-replace'],
    ]);
  });

  it('takes a node down in reverse, and does not name what goes with a link or namespace', () => {
    const steps = diff(EMPTY_CONFIG, bridge);
    expect(tools(steps)).toEqual(['workload-stop', 'nft', 'ip', 'netns-delete']);
    expect(ops(steps, null)).toEqual(['link-delete', 'link-delete', 'link-delete', 'link-delete']);
  });

  it('puts link-scope routes before the gateways on them', () => {
    const routes = ipOps(diff(routed, EMPTY_CONFIG), 'wf-pod-1').flatMap((op) => (op.op === 'route-replace' ? [op.route.destination] : []));
    expect(routes).toEqual(['169.254.1.1/32', 'default']);
  });

  it('moves a pod inside first, then its port and its route in one batch', () => {
    const steps = diff(routed, bridge);
    expect(tools(steps).slice(0, 4)).toEqual(['sysctl', 'ip in wf-pod-1', 'ip in wf-pod-2', 'ip']);
    expect(ops(steps, null)).toEqual(['link-set', 'link-set', 'route-replace', 'route-replace']);
    expect(ops(steps, 'wf-pod-1')).toEqual(['address-add', 'neighbour-replace', 'route-replace', 'route-replace', 'address-delete']);
  });

  it('lets the new service backend stand before the old one goes', () => {
    expect(tools(diff(iptables, bridge))).toEqual(['iptables', 'nft', 'nft']);
    expect(tools(diff(bridge, iptables))).toEqual(['nft', 'iptables', 'iptables-leave', 'iptables-leave']);
  });

  it('makes anew a link that cannot be changed, with all that hung on it', () => {
    const steps = diff(bridge, withLink(bridge, 'vxlan', { vni: 9 }));
    expect(tools(steps)).toEqual(['ip', 'sysctl', 'ip', 'bridge', 'ip']);
    expect(ops(steps, null)).toEqual(['link-delete', 'link-add', 'address-add', 'neighbour-replace', 'route-replace']);
  });

  it('wires a pod again whose pair leads elsewhere', () => {
    const lost = { netns: '', name: '', mtu: 1450, mac: '' };
    const steps = diff(bridge, withLink(bridge, 'veth', { peer: lost }));
    expect(ops(steps, null)).toEqual(['link-delete', 'link-delete', 'link-add', 'link-add']);
    expect(ops(steps, 'wf-pod-2')).toEqual(['peer-set']);
  });

  it('gives a bridge its ports back when it is made anew', () => {
    const steps = diff(bridge, {
      ...bridge,
      links: bridge.links.map((link) => (link.kind === 'bridge' ? { ...link, kind: 'vxlan', vni: 1, local: '', port: 1 } : link)),
    });
    expect(ops(steps, null)).toEqual(['link-delete', 'link-add', 'address-add', 'link-set', 'link-set', 'route-replace', 'route-replace']);
  });

  it('sets a MAC only when it differs, and then puts the neighbours back', () => {
    const [changed] = ipOps(diff(bridge, withLink(bridge, 'vxlan', { mtu: 1300 })), null);
    expect(changed).toMatchObject({ op: 'link-set', setMac: false });
    const steps = diff(bridge, withLink(bridge, 'vxlan', { mac: '02:00:00:00:00:99' }));
    expect(ipOps(steps, null)).toMatchObject([{ op: 'link-set', setMac: true }, { op: 'neighbour-replace' }]);
  });

  it('restarts a workload that should run otherwise', () => {
    const [workload] = bridge.workloads;
    const other = {
      ...bridge,
      workloads: [{ ...workload, netns: 'wf-pod-2', kind: 'echo' as const, identity: 'x', tcpPorts: [], udpPorts: [] }],
    };
    expect(tools(diff(bridge, other))).toEqual(['workload-stop', 'workload-start']);
  });

  it('leaves settings that are no longer wanted, and IPv6 ones that the kernel does not have', () => {
    const missing = bridge.sysctls.filter(({ key }) => !key.startsWith('net/ipv6/'));
    expect(diff(bridge, { ...bridge, sysctls: missing })).toEqual([]);
    expect(diff({ ...bridge, sysctls: [] }, bridge)).toEqual([]);
    expect(tools(diff(bridge, { ...bridge, sysctls: [] }))).toEqual(['sysctl', 'sysctl']);
  });
});
