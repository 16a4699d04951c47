import { fileURLToPath } from 'node:url';
import { realCaptures, realTracing } from '@weft/host';
import { eventually } from '@weft/testing';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asUnit } from '../support/as-unit.ts';

const path = (file: string) => fileURLToPath(new URL(`../../../../${file}`, import.meta.url));

let at: TestNetns;
beforeEach(async () => {
  at = await createNetns('as-unit');
});
afterEach(() => at.destroy());

/** Leads into the namespace of the test, with the capabilities of the executor's unit. */
const enter = () => ['ip', 'netns', 'exec', at.name, ...asUnit(path('deploy/systemd/weft-node-executor.service'))];

it('captures with the capabilities of its unit', async () => {
  const capture = await realCaptures(enter()).begin({ netns: null, device: 'lo', filter: '', snaplen: 96, count: 1, seconds: 60 });
  expect(capture.take(100)).toHaveLength(24);
  capture.close();
});

it('follows packets with the capabilities of its unit', async () => {
  const tracing = realTracing({ sendScript: path('libs/host/src/trace/send-packet.ts'), enter: enter() });
  const flows = [{ sources: [], sourcePort: null, destinations: [{ ip: '127.0.0.1', port: 7 }] }];
  const trace = await tracing.begin({ name: 'unit', protocol: 'tcp', flows, droppedOnly: false });
  const sent = { netns: null, protocol: 'tcp', sourcePort: 20_001, destination: '127.0.0.1', port: 7, timeoutMs: 5_000 } as const;
  expect(await tracing.send(sent)).toEqual({ outcome: 'refused', code: 'ECONNREFUSED' });
  trace.close();
});

it('hears with them why the kernel drops a packet', async () => {
  await at.must(['iptables-legacy', '-A', 'OUTPUT', '-p', 'tcp', '--dport', '9', '-j', 'DROP']);
  const tracing = realTracing({ sendScript: path('libs/host/src/trace/send-packet.ts'), enter: enter() });
  const flows = [{ sources: [], sourcePort: null, destinations: [{ ip: '127.0.0.1', port: 9 }] }];
  const trace = await tracing.begin({ name: 'unit', protocol: 'tcp', flows, droppedOnly: true });
  await tracing.send({ netns: null, protocol: 'tcp', sourcePort: 20_002, destination: '127.0.0.1', port: 9, timeoutMs: 1_000 });
  const [first] = await eventually('a sighting', async () => ((seen) => (seen.length > 0 ? seen : null))(await trace.take()));
  expect(first?.reason).toMatch(/^NETFILTER_DROP/);
  trace.close();
});
