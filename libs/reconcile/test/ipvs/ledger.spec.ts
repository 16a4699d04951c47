import { compile, ipvsContribution, ipvsFrame, ipvsSurroundings } from '@weft/compiler';
import { FakeHost } from '@weft/host';
import { EMPTY_CONFIG, type NodeConfig } from '@weft/kernel';
import { type DesiredService, IPVS_LINK_NAME } from '@weft/model';
import { desired, node, plan, pod, service, tcp, udp } from '@weft/testing/desired';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeIpvs, diff, FrontendConflict, type Host, IpvsLedger, withDraining } from '../../src/index.ts';
import { FOREIGN } from '../random-fleet.ts';

const own = node(1, { backend: 'ipvs' });
const fleet = (services: Iterable<DesiredService>) => desired({ nodes: [own, node(2)], pods: [pod(1), pod(2)], services: [...services] });
const surroundings = ipvsSurroundings(fleet([]), own);
const contribution = (of: DesiredService) => ipvsContribution(of, surroundings);
const bare = compile(fleet([]), own.id);
const part = ({ ipvs, ipsets, addresses }: Pick<NodeConfig, 'ipvs' | 'ipsets' | 'addresses'>) => ({
  ipvs,
  ipsets,
  addresses: addresses.filter(({ device }) => device === IPVS_LINK_NAME),
});

const backends = fc.subarray([plan.pod(1, 1), plan.pod(1, 2), plan.pod(2, 1), plan.pod(3, 1), '203.0.113.7']);

/** Service number `number` as it may be at some time. Services share an external address. */
const version = (number: number): fc.Arbitrary<DesiredService> =>
  fc
    .record({ first: backends, second: backends, nodePort: fc.boolean(), local: fc.boolean(), sticky: fc.boolean(), shared: fc.boolean() })
    .map(({ first, second, nodePort, local, sticky, shared }) =>
      service(
        number,
        [tcp(80 + number, first, { name: 'a', nodePort: nodePort ? 30_000 + number : null }), udp(500 + number, second, { name: 'b' })],
        {
          externalTrafficPolicy: local ? 'Local' : 'Cluster',
          sessionAffinity: sticky ? 'ClientIP' : 'None',
          externalIPs: shared ? ['203.0.113.100'] : [],
          scheduler: number === 5 ? 'dh' : null,
        },
      ),
    );

type Change = readonly (readonly [string, DesiredService | null])[];

const change: fc.Arbitrary<Change> = fc
  .uniqueArray(fc.constantFrom(1, 2, 3, 4, 5), { minLength: 1, maxLength: 3 })
  .chain((numbers) => fc.tuple(...numbers.map((number) => fc.tuple(fc.constant(`svc_${number}`), fc.option(version(number))))));

const entries = (changes: Change) => new Map(changes.map(([id, is]) => [id, is === null ? null : contribution(is)]));

async function bareHost(): Promise<FakeHost> {
  const host = new FakeHost({ start: FOREIGN });
  for (const step of diff(bare, EMPTY_CONFIG)) expect((await host.run(step)).stderr).toBe('');
  return host;
}

const look = (host: Host) => host.observe(bare.sysctls, { pods: true });

/** As nobody has looked: how many connections destinations have is not known. */
const unknown = (config: NodeConfig): NodeConfig => ({
  ...config,
  ipvs: config.ipvs.map((virtual) => ({
    ...virtual,
    destinations: virtual.destinations.map(({ connections: _, ...destination }) => destination),
  })),
});

describe('the account of virtual services', () => {
  it('gives, change by change, the steps that make the kernel what comparing everything does, draining included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(change, fc.nat(3)), { minLength: 1, maxLength: 8 }), async (walk) => {
        const host = await bareHost();
        let ledger = new IpvsLedger(ipvsFrame(fleet([])).ipsets);
        const services = new Map<string, DesiredService>();
        for (const [changes, then] of walk) {
          for (const [id, is] of changes) is === null ? services.delete(id) : services.set(id, is);
          const whole = withDraining(compile(fleet(services.values()), own.id), unknown(await look(host)));
          const { failure, refused } = await changeIpvs(host, ledger, entries(changes));
          expect([failure, refused.size]).toEqual([null, 0]);
          expect(part(unknown(await look(host)))).toEqual(part(whole));
          expect(ledger.part()).toEqual(part(whole));
          if (then > 0) continue;
          // A verification: what is idle goes, and the account is made anew.
          const seen = await look(host);
          ledger = new IpvsLedger(ipvsFrame(fleet([])).ipsets);
          for (const [id, is] of services) ledger.take(new Map([[id, contribution(is)]]));
          ledger.drain(seen.ipvs);
          for (const step of diff(compile(fleet(services.values()), own.id), seen)) expect((await host.run(step)).stderr).toBe('');
          expect(ledger.part()).toEqual(part(await look(host)));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has nothing to do when a service is what it was, and names nothing of others', () => {
    const ledger = new IpvsLedger(ipvsFrame(fleet([])).ipsets);
    const all = Array.from({ length: 50 }, (_, i) => service(i + 1, [tcp(80, [plan.pod(1, 1), plan.pod(2, i + 1)])]));
    ledger.take(new Map(all.map((one) => [one.id, contribution(one)])));
    expect(ledger.change(new Map([['svc_7', contribution(structuredClone(all[6] as DesiredService))]]))).toEqual([]);
    expect(ledger.change(new Map([['svc_99', null]]))).toEqual([]);
    const moved = contribution(service(7, [tcp(80, [plan.pod(1, 1), plan.pod(3, 1)])]));
    const frontend = { protocol: 'tcp', address: plan.service(7), port: 80 };
    const to = (ip: string, weight: number) => ({ ip, port: 8080, weight, forwarding: 'masq' });
    expect(ledger.change(new Map([['svc_7', moved]]))).toEqual([
      {
        tool: 'ipvs',
        ops: [
          { op: 'destination-add', frontend, destination: to(plan.pod(3, 1), 1) },
          { op: 'destination-edit', frontend, destination: to(plan.pod(2, 7), 0) },
        ],
      },
    ]);
  });

  it('keeps what two services add alike until neither does', () => {
    const ledger = new IpvsLedger(ipvsFrame(fleet([])).ipsets);
    const at = (number: number) => service(number, [tcp(80 + number, [plan.pod(2, 1)])], { externalIPs: ['203.0.113.9'] });
    ledger.take(new Map([1, 2].map((number) => [`svc_${number}`, contribution(at(number))])));
    const shared = { netns: null, device: IPVS_LINK_NAME, cidr: '203.0.113.9/32' };
    expect(JSON.stringify(ledger.change(new Map([['svc_1', null]])))).not.toContain(shared.cidr);
    expect(ledger.part().addresses).toContainEqual(shared);
    expect(JSON.stringify(ledger.change(new Map([['svc_2', null]])))).toContain(shared.cidr);
    expect(ledger.part()).toEqual(part(bare));
  });

  it('refuses what another service has, and is as it was; what is given up in the same change may be taken', () => {
    const ledger = new IpvsLedger(ipvsFrame(fleet([])).ipsets);
    const at = (number: number, ...externalIPs: string[]) => contribution(service(number, [tcp(80, [plan.pod(2, 1)])], { externalIPs }));
    ledger.take(new Map([['svc_1', at(1, '203.0.113.9')]]));
    const before = ledger.part();
    expect(() => ledger.change(new Map([['svc_2', at(2, '203.0.113.9')]]))).toThrow(FrontendConflict);
    expect(ledger.part()).toEqual(before);
    ledger.change(
      new Map([
        ['svc_2', at(2, '203.0.113.9')],
        ['svc_1', at(1)],
      ]),
    );
    expect(ledger.part().ipvs.map(({ frontend }) => 'address' in frontend && frontend.address)).toContain('203.0.113.9');
  });
});

describe('changes that the kernel refuses', () => {
  /** A host whose ipvsadm does all lines but those for one address. */
  const without = (host: FakeHost, address: string): Host => ({
    observe: (keys, scope) => host.observe(keys, scope),
    run: async (step) => {
      if (step.tool !== 'ipvs' || !JSON.stringify(step).includes(address)) return host.run(step);
      const ops = step.ops.filter((op) => op.op.endsWith('delete') || !JSON.stringify(op).includes(address));
      const outcome = await host.run({ ...step, ops });
      return ops.length === step.ops.length ? outcome : { ...outcome, exitCode: 1, stderr: 'Memory allocation problem' };
    },
  });

  it('leave out the service that is to blame, make the others, and account and kernel say the same', async () => {
    const host = await bareHost();
    const ledger = new IpvsLedger(ipvsFrame(fleet([])).ipsets);
    const all = [1, 2, 3, 4].map((number) => service(number, [tcp(80, [plan.pod(2, number)])]));
    const { refused, failure } = await changeIpvs(
      without(host, `${plan.service(3)}"`),
      ledger,
      new Map(all.map((one) => [one.id, contribution(one)])),
    );
    expect(failure).toBeNull();
    expect([...refused]).toEqual([['svc_3', 'Memory allocation problem']]);
    expect(part(await look(host))).toEqual(ledger.part());
    expect(ledger.part().ipvs).toHaveLength(3);
  });

  it('stop when nobody knows what was done', async () => {
    const host = await bareHost();
    const ledger = new IpvsLedger(ipvsFrame(fleet([])).ipsets);
    const dead: Host = {
      observe: (keys, scope) => host.observe(keys, scope),
      run: async (step) => ({ ...(await host.run(step)), exitCode: null }),
    };
    const one = service(1, [tcp(80, [])]);
    expect((await changeIpvs(dead, ledger, new Map([[one.id, contribution(one)]]))).failure?.outcome.exitCode).toBeNull();
  });
});
