import type { Step } from '@weft/kernel';
import { IPVS_LINK_NAME } from '@weft/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench } from './support/bench.ts';
import { NODE, pod, service } from './support/objects.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make();
  bench.controlPlane.put('nodes', { ...NODE, backend: 'ipvs' });
  for (const number of [1, 2]) bench.controlPlane.put('pods', pod(number));
  for (const number of [1, 2, 3]) bench.controlPlane.put('services', service(number, ['100.64.1.11']));
  await bench.executor.pass();
  expect(await bench.kernelDiffers()).toEqual([]);
  bench.host.writes();
});
afterEach(() => bench.close());

const lastReport = () => bench.controlPlane.reports.at(-1);
const tools = (steps: readonly Step[]) => steps.map(({ tool }) => tool);
/** Weights by destination of the virtual service number `n`. */
const weights = (n: number) =>
  bench.kernel.state.ipvs
    .filter(({ frontend }) => 'address' in frontend && frontend.address === `198.19.0.${10 + n}`)
    .flatMap(({ destinations }) => destinations.map(({ ip, weight }) => `${ip} ${weight}`))
    .sort();

describe('on a node whose backend is ipvs', () => {
  it('a changed service costs what it adds, and what goes drains until the host is looked at', async () => {
    bench.controlPlane.put('services', service(2, ['100.64.1.12']));
    await bench.executor.pass();
    // The set is told of the new pod's way to itself; the other service still needs that of the old one.
    expect(tools(bench.host.written)).toEqual(['ipset', 'ipvs']);
    expect(JSON.stringify(bench.host.written)).not.toMatch(/198\.19\.0\.1[13]/);
    expect(weights(2)).toEqual(['100.64.1.11 0', '100.64.1.12 1']);
    await bench.passAfter(60_000);
    expect(weights(2)).toEqual(['100.64.1.12 1']);
    bench.host.writes();
    await bench.passAfter(60_000);
    expect(bench.host.writes()).toBe(0);
  });

  it('what drains is remembered when more than services changes, and takes connections again when it comes back', async () => {
    bench.controlPlane.put('services', service(2, ['100.64.1.12']));
    await bench.executor.pass();
    bench.controlPlane.put('pods', pod(3));
    await bench.executor.pass();
    expect(weights(2)).toEqual(['100.64.1.11 0', '100.64.1.12 1']);
    bench.controlPlane.put('services', service(2, ['100.64.1.11', '100.64.1.12']));
    await bench.executor.pass();
    expect(lastReport()?.failure).toBeNull();
    expect(weights(2)).toEqual(['100.64.1.11 1', '100.64.1.12 1']);
    expect(await bench.kernelDiffers()).toEqual([]);
  });

  it('an external address is given back when somebody takes it, whatever came to the node since', async () => {
    bench.controlPlane.put('services', { ...service(4, ['100.64.1.11']), externalIPs: ['203.0.113.101'] });
    await bench.executor.pass();
    bench.controlPlane.put('pods', pod(3));
    await bench.executor.pass();
    const address = { netns: null, device: IPVS_LINK_NAME, cidr: '203.0.113.101/32' };
    await bench.kernel.runBy({ pid: 4711, name: 'ip' }, { tool: 'ip', netns: null, ops: [{ op: 'address-delete', address }] });
    await bench.until(() => bench.looks.length > 0);
    await Promise.all(bench.looks);
    expect(await bench.kernelDiffers()).toEqual([]);
  });

  it('services come and go, whatever else changes between', async () => {
    bench.controlPlane.put('services', service(4, ['100.64.1.12']));
    bench.controlPlane.remove('svc_s1');
    await bench.executor.pass();
    expect(tools(bench.host.written)).toEqual(['ipset', 'ipvs', 'ipset']);
    expect(await bench.kernelDiffers()).toEqual([]);
    bench.controlPlane.put('pods', pod(4));
    bench.host.writes();
    await bench.executor.pass();
    expect(tools(bench.host.written)).not.toContain('ipvs');
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(lastReport()?.failure).toBeNull();
  });

  it('of two services that claim one address and port the first has it, and the second is named', async () => {
    bench.controlPlane.put('services', { ...service(4, ['100.64.1.12']), clusterIP: '198.19.0.11' });
    await bench.executor.pass();
    expect(lastReport()?.failure?.message).toContain('two services claim "tcp 198.19.0.11:80"');
    expect(weights(1)).toEqual(['100.64.1.11 1']);
    bench.controlPlane.remove('svc_s1');
    await bench.executor.pass();
    await bench.passAfter(60_000);
    expect(lastReport()?.failure).toBeNull();
    expect(weights(1)).toEqual(['100.64.1.12 1']);
    expect(await bench.kernelDiffers()).toEqual([]);
  });

  it('a service that the kernel refuses is left out and tried again, and the others are changed', async () => {
    bench.host.fail = (step) => (step.tool === 'ipvs' && JSON.stringify(step).includes('198.19.0.14') ? 'Memory allocation problem' : null);
    for (const number of [4, 5]) bench.controlPlane.put('services', service(number, ['100.64.1.12']));
    await bench.executor.pass();
    expect(lastReport()?.failure?.message).toContain('Memory allocation problem');
    expect([weights(4), weights(5)]).toEqual([[], ['100.64.1.12 1']]);
    bench.host.fail = () => null;
    await bench.passAfter(10_000);
    await bench.passAfter(10_000);
    expect(lastReport()?.failure).toBeNull();
    expect(await bench.kernelDiffers()).toEqual([]);
  });

  it.each(['nftables', 'iptables'] as const)('another backend takes over and gives back, with what drains between: %s', async (backend) => {
    bench.controlPlane.put('nodes', { ...NODE, backend });
    await bench.executor.pass();
    expect(weights(2)).toEqual(['100.64.1.11 0']);
    bench.controlPlane.put('services', service(2, ['100.64.1.12']));
    await bench.executor.pass();
    bench.controlPlane.put('nodes', { ...NODE, backend: 'ipvs' });
    await bench.executor.pass();
    expect(lastReport()?.failure).toBeNull();
    expect(weights(2)).toEqual(['100.64.1.11 0', '100.64.1.12 1']);
    await bench.passAfter(60_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(weights(2)).toEqual(['100.64.1.12 1']);
  });
});
