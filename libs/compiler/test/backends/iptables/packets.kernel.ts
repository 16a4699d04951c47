import { type IptablesRuleset, iptablesServiceCounters, parseIptablesSave, renderIptablesRestore } from '@weft/kernel';
import type { DesiredService, DesiredState } from '@weft/model';
import { diffIptables } from '@weft/reconcile';
import { desired, endpoint, plan, pod, service, tcp, udp } from '@weft/testing/desired';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLIENT, createWorld, type World } from '../packets/world.ts';
import { compiled } from './compiled.ts';

const [pod1, pod2] = [plan.pod(1, 1), plan.pod(1, 2)];
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const VIP = `tcp://${plan.service(1)}:80`;

const withServices = (...services: DesiredService[]): DesiredState => desired({ pods: [pod(1), pod(2)], services });

const sticky = (...endpoints: readonly string[]) => withServices(service(1, [tcp(80, endpoints)], { sessionAffinity: 'ClientIP' }));

/** The list of those who were with an endpoint of service 1 at port 80. */
const clientsOf = (ip: string) => `/proc/net/xt_recent/WEFT-svc_1-tcp-80-${ip}-8080`;

describe.each(['nft', 'legacy'])('iptables, %s variant', (variant) => {
  let world: World;
  let applied: IptablesRuleset | null = null;

  /** Brings the node to a state by one restore, as the executor does. */
  const apply = async (state: DesiredState) => {
    const wanted = compiled(state);
    const text = renderIptablesRestore(diffIptables(wanted, applied));
    if (text !== '') await world.node.must([`iptables-${variant}-restore`, '-w', '10', '--noflush'], text);
    applied = wanted;
  };
  const saved = () => world.node.must([`iptables-${variant}-save`, '-c', '-t', 'mangle']);

  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.end());

  test('rr: each in turn, exactly', async () => {
    await apply(withServices(service(1, [tcp(80, [pod1, pod2])], { scheduler: 'rr' })));
    const answers = await world.ask('client', times(20, VIP));
    expect(answers.filter((answer) => answer.startsWith('pod-1'))).toHaveLength(10);
  });

  test('wrr: each as often as its weight says, exactly', async () => {
    await apply(
      withServices(service(1, [tcp(80, [endpoint(pod1, { weight: 30 }), endpoint(pod2, { weight: 10 })])], { scheduler: 'wrr' })),
    );
    const answers = await world.ask('client', times(20, VIP));
    expect(answers.filter((answer) => answer.startsWith('pod-1'))).toHaveLength(15);
  });

  test('connections and packets are counted, by whatever way they come, whatever becomes of endpoints and other services', async () => {
    // What counts is the same as in the tests before, whose services had other endpoints.
    const before = iptablesServiceCounters(await saved())[0]?.connections ?? 0;
    expect(before).toBeGreaterThan(0);
    const counted = service(1, [tcp(80, [pod1, pod2], { nodePort: 30080 }), udp(80, [pod1])]);
    await apply(withServices(counted));
    await world.ask('client', [...times(5, VIP), ...times(2, `tcp://${plan.host(1)}:30080`), `udp://${plan.service(1)}:80`]);
    await apply(withServices(counted, service(2, [tcp(80, [pod1])])));
    await apply(
      withServices({ ...counted, ports: counted.ports.map((port) => ({ ...port, endpoints: [] })) }, service(2, [tcp(80, [pod1])])),
    );
    await apply(withServices(counted, service(2, [tcp(80, [pod1])])));
    await world.ask('pod-1', times(3, VIP));

    const text = await saved();
    const of = (protocol: string, address: string | null, port: number) => ({ protocol, address, port });
    expect(iptablesServiceCounters(text)).toMatchObject([
      { ...of('tcp', plan.service(1), 80), connections: before + 8 },
      // One question and one answer.
      { ...of('udp', plan.service(1), 80), connections: 1, packets: 2 },
      { ...of('tcp', plan.service(2), 80), connections: 0 },
      { ...of('tcp', null, 30080), connections: 2 },
    ]);
    expect(parseIptablesSave(text)?.tables).toEqual(applied?.tables.filter(({ name }) => name === 'mangle'));
  });

  test('an endpoint that goes loses its clients, and does not get them back', async () => {
    await apply(sticky(pod1));
    await world.ask('client', [VIP]);
    expect(await world.node.must(['cat', clientsOf(pod1)])).toContain(`src=${CLIENT}`);
    await apply(sticky(pod1, pod2));
    expect(new Set(await world.ask('client', times(10, VIP)))).toEqual(new Set([`pod-1 ${plan.pod(1, 0)}`]));
    await apply(sticky(pod2));
    await apply(sticky(pod1, pod2));
    expect(await world.node.must(['cat', clientsOf(pod1)])).toBe('');
  });

  test('of more clients than the kernel has a list for, the one longest not seen is forgotten', async () => {
    const room = Number(await world.node.must(['cat', '/sys/module/xt_recent/parameters/ip_list_tot']));
    await apply(sticky(pod1));
    await world.ask('client', [VIP]);
    const others = Array.from({ length: room }, (_, i) => `+10.0.${i >> 8}.${i & 255}`);
    for (const [i, other] of others.entries()) {
      if (i === room - 1) expect(await world.node.must(['cat', clientsOf(pod1)])).toContain(`src=${CLIENT}`);
      await world.node.must(['tee', clientsOf(pod1)], other);
    }
    const left = await world.node.must(['cat', clientsOf(pod1)]);
    expect(left).not.toContain(`src=${CLIENT}`);
    expect(left.trim().split('\n')).toHaveLength(room);
  });

  test('by policy Local a client outside is seen as itself, and the node as the node', async () => {
    await apply(withServices(service(1, [tcp(80, [pod1], { nodePort: 30080 })], { externalTrafficPolicy: 'Local' })));
    expect(await world.ask('client', [`tcp://${plan.host(1)}:30080`, VIP])).toEqual([`pod-1 ${CLIENT}`, `pod-1 ${plan.pod(1, 0)}`]);
    expect(await world.ask('node', [`tcp://${plan.host(1)}:30080`])).toEqual([`pod-1 ${plan.pod(1, 0)}`]);
    expect(await world.ask('pod-2', [`tcp://${plan.host(1)}:30080`])).toEqual([`pod-1 ${pod2}`]);
  });

  test('masqueraded connections get ports of the range', async () => {
    const services = [service(1, [tcp(80, [pod1]), udp(80, [pod1])])];
    await apply(desired({ pods: [pod(1), pod(2)], services, cluster: { masqueradePorts: { from: 20000, to: 20099 } } }));
    await world.node.must(['conntrack', '-F']);
    expect(await world.ask('client', [...times(9, VIP), `udp://${plan.service(1)}:80`])).toHaveLength(10);
    const ports = (await world.node.must(['conntrack', '-L', '--src-nat'])).matchAll(/ sport=8080 dport=(\d+) /g);
    const seen = Array.from(ports, ([, port]) => Number(port));
    expect(seen).toHaveLength(10);
    expect(seen.filter((port) => port < 20000 || port > 20099)).toEqual([]);
  });
});
