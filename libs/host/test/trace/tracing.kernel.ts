import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { RunningTrace, SendOrder, Sighting, TraceOrder } from '@weft/host';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TraceWorld, traceWorld } from './world.ts';

const PATIENCE = { withinMs: 25_000 };
const SENT = { netns: 'wf-a', protocol: 'tcp', sourcePort: 41_000, timeoutMs: 1_000 } as const;

let world: TraceWorld;
let running: RunningTrace[];
beforeEach(async () => {
  world = await traceWorld();
  running = [];
});
afterEach(async () => {
  for (const trace of running) trace.close();
  await world.destroy();
});

const begin = async (order: Partial<TraceOrder> & Pick<TraceOrder, 'flows'>): Promise<RunningTrace> => {
  const trace = await world.tracing.begin({ name: 'one', protocol: 'tcp', droppedOnly: false, ...order });
  running.push(trace);
  return trace;
};

/** What a trace sees of a packet that the first pod sends, and what the pod sees. */
async function follow(to: Pick<SendOrder, 'destination' | 'port'>, protocol: SendOrder['protocol'] = 'tcp') {
  const flow = { sources: ['10.9.1.2'], sourcePort: SENT.sourcePort, destinations: [{ ip: to.destination, port: to.port }] };
  const trace = await begin({ protocol, flows: [flow] });
  const { outcome } = await world.tracing.send({ ...SENT, protocol, ...to });
  const [first] = await eventually('a sighting', async () => ((seen) => (seen.length > 0 ? seen : null))(await trace.take()), PATIENCE);
  return { outcome, sighting: first as Sighting };
}

const rulesOf = ({ way }: Sighting) =>
  way.events.flatMap((event) => (event.what === 'rule' ? [`${event.table} ${event.chain}: ${event.rule} → ${event.verdict}`] : []));
const lastPacketOf = ({ way }: Sighting) => way.events.flatMap((event) => (event.what === 'packet' ? [event] : [])).at(-1);

it('follows a packet through translation to its pod, where nothing listens', async () => {
  const { outcome, sighting } = await follow({ destination: '198.19.0.1', port: 80 });
  expect(outcome).toBe('refused');
  expect(rulesOf(sighting)).toContain('ip weft nat: dnat ip to ip daddr . tcp dport map @services → accept');
  expect(lastPacketOf(sighting)).toMatchObject({
    table: 'ip weft_trace_one',
    chain: 'postrouting',
    packet: { oif: 'wf-b', source: '10.9.1.2', sourcePort: 41_000, destination: '10.9.2.2', destinationPort: 8080 },
  });
  expect(sighting.lookUps).toMatchObject({
    route: { found: true, device: 'wf-b', gateway: null, text: expect.stringContaining('10.9.2.2 from 10.9.1.2 dev wf-b') },
    neighbour: { mac: expect.stringMatching(/^[0-9a-f:]{17}$/) },
    tunnel: null,
  });
});

it('shows the source that a packet leaves with', async () => {
  const { sighting } = await follow({ destination: '10.9.2.2', port: 8081 });
  expect(lastPacketOf(sighting)?.packet).toMatchObject({ source: '10.9.2.1', destination: '10.9.2.2' });
});

it('names the rule of somebody else that drops a packet, and one that refuses it', async () => {
  const dropped = await follow({ destination: '10.9.2.2', port: 9999 });
  expect(dropped.outcome).toBe('silent');
  expect(rulesOf(dropped.sighting).at(-1)).toBe('inet firewall guard: tcp dport 9999 drop comment "nobody" → drop');
  for (const trace of running.splice(0)) trace.close();
  const refused = await follow({ destination: '10.9.2.2', port: 9998 }, 'udp');
  expect(refused.outcome).toBe('refused');
  expect(rulesOf(refused.sighting).at(-1)).toContain('inet firewall guard: udp dport 9998 reject');
});

it('says why the kernel drops a packet that no rule drops', async () => {
  const { host } = world;
  await host.must(['iptables-legacy', '-A', 'FORWARD', '-p', 'tcp', '--dport', '9997', '-j', 'DROP']);
  const hidden = await follow({ destination: '10.9.2.2', port: 9997 });
  expect([hidden.outcome, hidden.sighting.reason]).toEqual([
    'silent',
    expect.stringMatching(/^NETFILTER_DROP, by a rule that nft does not/),
  ]);
  for (const trace of running.splice(0)) trace.close();
  await host.must(['sysctl', '-qw', 'net.ipv4.conf.wf-a.rp_filter=1']);
  await host.must(['ip', 'route', 'add', '10.9.1.2/32', 'dev', 'wf-b']);
  const elsewhere = await follow({ destination: '10.9.2.2', port: 8080 });
  expect([elsewhere.outcome, elsewhere.sighting.reason]).toEqual([
    'silent',
    expect.stringMatching(/^IP_RPFILTER, its source is not routed/),
  ]);
});

it('asks for an association of SCTP, and follows it, whether or not the kernel has SCTP', async () => {
  const refused = await follow({ destination: '10.9.2.2', port: 80 }, 'sctp');
  expect(refused.outcome).toBe('refused');
  expect(lastPacketOf(refused.sighting)).toMatchObject({
    chain: 'postrouting',
    packet: { protocol: 'sctp', destinationPort: 80, oif: 'wf-b' },
  });
  for (const trace of running.splice(0)) trace.close();
  await world.host.must(['nft', 'add', 'rule', 'inet', 'firewall', 'guard', 'sctp', 'dport', '81', 'drop']);
  const dropped = await follow({ destination: '10.9.2.2', port: 81 }, 'sctp');
  expect(dropped.outcome).toBe('silent');
  expect(rulesOf(dropped.sighting).at(-1)).toBe('inet firewall guard: sctp dport 81 drop → drop');
  const nobody = { ...SENT, protocol: 'sctp', destination: '10.9.1.200', port: 80 } as const;
  expect(await world.tracing.send(nobody)).toEqual({ outcome: 'unreachable', code: 'EHOSTUNREACH' });
});

it('says why a packet is not routed', async () => {
  const { outcome, sighting } = await follow({ destination: '203.0.113.1', port: 80 });
  expect(outcome).toBe('unreachable');
  expect(sighting.lookUps.route).toEqual({ found: false, text: 'Network is unreachable' });
});

it('says that nobody has an address on the link, sooner than the kernel does', async () => {
  for (const protocol of ['tcp', 'udp'] as const)
    expect(await world.tracing.send({ ...SENT, protocol, destination: '10.9.1.200', port: 80 })).toEqual({
      outcome: 'unreachable',
      code: 'EHOSTUNREACH',
    });
});

it('says why the kernel does not let a datagram be sent', async () => {
  const broadcast = { ...SENT, protocol: 'udp', destination: '255.255.255.255', port: 80 } as const;
  expect(await world.tracing.send(broadcast)).toMatchObject({ outcome: 'unreachable', code: expect.stringMatching(/^E[A-Z]+$/) });
});

it('has nothing traced but what it is asked for', async () => {
  const trace = await begin({ flows: [{ sources: [], sourcePort: null, destinations: [{ ip: '10.9.2.2', port: 7 }] }] });
  await world.tracing.send({ ...SENT, destination: '10.9.2.2', port: 8 });
  await world.tracing.send({ ...SENT, destination: '10.9.2.2', port: 7 });
  const seen = await eventually('a sighting', async () => ((all) => (all.length > 0 ? all : null))(await trace.take()), PATIENCE);
  expect(seen.map((sighting) => lastPacketOf(sighting)?.packet.destinationPort)).toEqual([7]);
});

it('tells only of packets that go no further, when it is asked to', async () => {
  const destinations = [7, 9999].map((port) => ({ ip: '10.9.2.2', port }));
  const trace = await begin({ droppedOnly: true, flows: [{ sources: [], sourcePort: null, destinations }] });
  await world.tracing.send({ ...SENT, destination: '10.9.2.2', port: 7 });
  await world.tracing.send({ ...SENT, destination: '10.9.2.2', port: 9999 });
  const seen = await eventually('a sighting', async () => ((all) => (all.length > 0 ? all : null))(await trace.take()), PATIENCE);
  expect(seen.map((sighting) => lastPacketOf(sighting)?.packet.destinationPort)).toEqual([9999]);
});

/** True for a process of the host that hears from the kernel which packets it drops. */
async function hearsDrops(pid: string): Promise<boolean> {
  const netns = (of: string) => readlink(`/proc/${of}/ns/net`);
  const read = [netns(pid), netns(`${world.host.pid}`), readFile(`/proc/${pid}/comm`, 'utf8')] as const;
  const [its, hosts, name] = await Promise.all(read).catch(() => ['', 'gone', '']);
  return its === hosts && name.trim() === 'perl';
}

/** What there is of a trace on the host. */
async function traces(): Promise<string[]> {
  const tables = await world.host.must(['nft', 'list', 'tables']);
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const hear = (await Promise.all(processes.map(hearsDrops))).includes(true);
  return [...(tables.includes('weft_trace') ? ['a table'] : []), ...(hear ? ['a process'] : [])];
}

it('leaves nothing when it is closed', async () => {
  const trace = await begin({ flows: [{ sources: [], sourcePort: null, destinations: [{ ip: '10.9.2.2', port: 7 }] }] });
  expect(await traces()).toEqual(['a table', 'a process']);
  trace.close();
  await eventually('nothing of it', async () => (await traces()).length === 0, PATIENCE);
});

it('leaves nothing when whoever began it is killed', async () => {
  const script = new URL('./trace-owner.ts', import.meta.url).pathname;
  const owner = spawn(process.execPath, [script, `${world.host.pid}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(owner.stdout, 'data');
  expect(await traces()).toEqual(['a table', 'a process']);
  owner.kill('SIGKILL');
  await eventually('nothing of it', async () => (await traces()).length === 0, PATIENCE);
});
