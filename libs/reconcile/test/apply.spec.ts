import { FakeHost } from '@weft/host';
import { EMPTY_CONFIG, type NodeConfig, type Step } from '@weft/kernel';
import { applyConfig, withPodsOf } from '@weft/reconcile';
import { desired, node, plan, pod, service, tcp } from '@weft/testing/desired';
import { describe, expect, it } from 'vitest';
import { compiled, FOREIGN } from './random-fleet.ts';

const echo = { runtime: { type: 'echo' as const }, ports: [{ name: null, containerPort: 80, protocol: 'TCP' as const }] };
const services = [service(1, [tcp(80, [plan.pod(1, 1)])])];
const config = compiled(desired({ pods: [pod(1, echo), pod(2, echo)], services, nodes: [node(1)] }));
const onIptables = compiled(desired({ pods: [pod(1, echo), pod(2, echo)], services, nodes: [node(1, { backend: 'iptables' })] }));

const within = (netns: string) => (step: Step) => ('netns' in step && step.netns === netns ? 'broken' : null);
const observe = (host: FakeHost, like: NodeConfig) => host.observe(like.sysctls, { pods: true });

describe('applying a configuration', () => {
  it('tells what was done and what is there', async () => {
    const applied = await applyConfig(new FakeHost({ start: FOREIGN }), config, EMPTY_CONFIG);
    expect(applied).toMatchObject({ achieved: config, failure: null });
    expect(applied.outcomes.map(({ argv, exitCode }) => [argv[0], exitCode])).toContainEqual(['nft', 0]);
  });

  it('keeps one pod’s failure from the other pods and the service rules, and does not go on in that pod', async () => {
    const host = new FakeHost({ start: FOREIGN, fail: within('wf-pod-1') });
    const applied = await applyConfig(host, config, EMPTY_CONFIG);
    expect(applied.achieved).toBe('unknown');
    expect(applied.failure?.message).toMatch(/^ip in wf-pod-1 exited with 1: broken/);
    expect(applied.failure?.failures).toHaveLength(1);
    const there = await observe(host, config);
    expect(there.nft).toEqual(config.nft);
    expect(there.workloads.map(({ netns }) => netns)).toEqual(['wf-pod-2']);
  });

  it('does not take the old backend’s rules away when the new ones were refused', async () => {
    const host = new FakeHost({ start: FOREIGN, fail: (step) => (step.tool === 'iptables' ? 'busy' : null) });
    await applyConfig(host, config, EMPTY_CONFIG);
    const applied = await applyConfig(host, onIptables, config);
    expect(applied.failure?.message).toBe('iptables exited with 1: busy');
    expect((await observe(host, config)).nft).toEqual(config.nft);
  });

  it('collects failing removals and goes on', async () => {
    const host = new FakeHost({ start: FOREIGN, fail: (step) => (step.tool === 'workload-stop' ? 'does not end' : null) });
    await applyConfig(host, config, EMPTY_CONFIG);
    const applied = await applyConfig(host, EMPTY_CONFIG, await observe(host, config));
    expect(applied.failure?.failures.map(({ step }) => step.tool)).toEqual(['workload-stop', 'workload-stop']);
    expect(applied.failure?.message).toMatch(/and 1 more/);
    expect(await observe(host, EMPTY_CONFIG)).toEqual(EMPTY_CONFIG);
  });
});

describe('an observation from outside the pods', () => {
  it('is completed from memory where the pod is as it was', async () => {
    const host = new FakeHost({ start: FOREIGN });
    await applyConfig(host, config, EMPTY_CONFIG);
    const seen = await host.observe(config.sysctls, { pods: false });
    expect(seen).not.toEqual(config);
    const completed = withPodsOf(seen, config);
    expect(await applyConfig(host, config, completed)).toEqual({ outcomes: [], achieved: config, failure: null });
  });

  it('does not bring back a pod that is gone', async () => {
    const host = new FakeHost({ start: FOREIGN });
    await applyConfig(host, config, EMPTY_CONFIG);
    await host.run({ tool: 'netns-delete', names: ['wf-pod-1'] });
    const completed = withPodsOf(await host.observe(config.sysctls, { pods: false }), config);
    expect(completed.addresses.some(({ netns }) => netns === 'wf-pod-1')).toBe(false);
    expect((await applyConfig(host, config, completed)).failure).toBeNull();
    expect(await observe(host, config)).toEqual(config);
  });
});
