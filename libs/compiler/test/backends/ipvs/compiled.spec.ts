import { carriesDatagrams, type NodeConfig, ownedServices } from '@weft/kernel';
import type { DesiredService, DesiredState } from '@weft/model';
import { desired, node, plan, service, tcp, udp } from '@weft/testing/desired';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BACKENDS } from '../../../src/backends/index.ts';
import { desiredStates } from '../arbitrary.ts';

type Compiled = Pick<NodeConfig, 'ipvs' | 'ipsets' | 'addresses'> & Pick<Partial<NodeConfig>, 'iptables'>;

function compiled(state: DesiredState, changes: Parameters<typeof node>[1] = {}): Compiled {
  return {
    ipvs: [],
    ipsets: [],
    addresses: [],
    ...BACKENDS.ipvs.compile({ desired: state, node: node(1, { backend: 'ipvs', ...changes }) }),
  };
}

const elements = ({ ipsets }: Compiled, name: string) => ipsets.find((set) => set.name === name)?.elements ?? [];

const BY_VERDICT = ['WEFT-INTERNAL', 'WEFT-EXTERNAL', 'WEFT-EXTERNAL-LOCAL', 'WEFT-REFUSED', 'WEFT-DROPPED'];

test('the rules are the same whatever services there are', () => {
  const { iptables } = compiled(desired({}));
  fc.assert(
    fc.property(desiredStates, (state) => {
      expect(compiled(state).iptables).toEqual(iptables);
    }),
    { numRuns: 30 },
  );
});

test('sets name every virtual service, each in one of those by verdict', () => {
  fc.assert(
    fc.property(desiredStates, (state) => {
      const config = compiled(state);
      expect(ownedServices(config.ipvs, config.ipsets)).toEqual(config.ipvs);
      const all = BY_VERDICT.flatMap((name) => elements(config, name));
      expect(new Set(all).size).toBe(all.length);
      expect(all).toHaveLength(config.ipvs.length);
    }),
    { numRuns: 50 },
  );
});

describe('short cuts', () => {
  const local = (number: number): DesiredService =>
    service(number, [tcp(80, [plan.pod(2, 1)], { nodePort: 30_000 + number }), udp(53, [plan.pod(2, 1)], { nodePort: 31_000 + number })], {
      externalTrafficPolicy: 'Local',
    });
  const services = [1, 2, 3, 200].map(local);

  test.each(Array.from({ length: 31 }, (_, bit) => 2 ** bit))(
    'have marks of their own beside the masquerading bit %i',
    (masqueradeMark) => {
      const config = compiled(desired({ services, cluster: { masqueradeMark } }));
      const marks = config.ipvs.flatMap(({ frontend }) => ('fwmark' in frontend ? [frontend.fwmark] : []));
      expect(new Set(marks).size).toBe(8);
      for (const mark of marks) {
        expect(mark & masqueradeMark).toBe(0);
        expect(mark).toBeGreaterThan(0);
        expect(mark).toBeLessThan(2 ** 31);
      }
      expect(ownedServices(config.ipvs, config.ipsets)).toEqual(config.ipvs);
    },
  );

  test('tell datagrams by their mark', () => {
    const { ipvs } = compiled(desired({ services }));
    const byMark = ipvs.flatMap(({ frontend }) => ('fwmark' in frontend ? [carriesDatagrams(frontend)] : []));
    expect(byMark.filter(Boolean)).toHaveLength(4);
  });

  test('are made only where clients outside reach other endpoints than pods', () => {
    const everywhere = service(1, [tcp(80, [plan.pod(1, 1)], { nodePort: 30_001 })], { externalTrafficPolicy: 'Local' });
    expect(elements(compiled(desired({ services: [everywhere] })), 'WEFT-SHORT-CUT')).toEqual([]);
    expect(elements(compiled(desired({ services: [local(1)] })), 'WEFT-SHORT-CUT')).toHaveLength(4);
  });
});

describe('addresses', () => {
  test('that the node has anyway are not borne twice, and its own ports are not refused there', () => {
    const at = service(1, [tcp(80, [plan.pod(2, 1)])], { externalIPs: [plan.host(1), '203.0.113.7'] });
    const config = compiled(desired({ services: [at] }));
    expect(config.addresses.map(({ cidr }) => cidr)).toEqual(['203.0.113.7/32']);
    expect(elements(config, 'WEFT-SERVICE-IPS')).toEqual([plan.service(1), '203.0.113.7']);
    expect(elements(config, 'WEFT-EXTERNAL')).toEqual([`${plan.host(1)},tcp:80`, '203.0.113.7,tcp:80']);
  });

  test.each([
    ['everywhere', [], ['100.64.1.1,tcp:30080', '192.0.2.1,tcp:30080']],
    ['by which others reach the node', ['primary'], ['192.0.2.1,tcp:30080']],
    ['in a range', ['100.64.0.0/10'], ['100.64.1.1,tcp:30080']],
    ['nowhere', ['10.0.0.0/8'], []],
  ])('of node ports: %s', (_, nodePortAddresses, expected) => {
    const open = service(1, [tcp(80, [plan.pod(2, 1)], { nodePort: 30_080 })]);
    expect(elements(compiled(desired({ services: [open] }), { nodePortAddresses }), 'WEFT-EXTERNAL')).toEqual(expected);
  });
});

describe('source ranges', () => {
  const guarded = (loadBalancerSourceRanges: string[]) =>
    compiled(
      desired({ services: [service(1, [tcp(80, [plan.pod(2, 1)])], { loadBalancerIPs: ['203.0.113.7'], loadBalancerSourceRanges })] }),
    );

  test('guard load balancer addresses only, and let the node in by its own address', () => {
    expect(elements(guarded(['10.0.0.0/8']), 'WEFT-GUARDED')).toEqual(['203.0.113.7,tcp:80']);
    expect(elements(guarded(['10.0.0.0/8', '10.1.0.0/16', '10.9.9.9/32']), 'WEFT-SOURCES')).toEqual(['203.0.113.7,tcp:80,10.0.0.0/8']);
    expect(elements(guarded(['192.0.2.0/24']), 'WEFT-SOURCES')).toEqual([
      '203.0.113.7,tcp:80,192.0.2.0/24',
      '203.0.113.7,tcp:80,203.0.113.7',
    ]);
  });

  test('of everybody guard nothing', () => {
    expect(elements(guarded(['0.0.0.0/0']), 'WEFT-GUARDED')).toEqual([]);
  });
});

test('lots are those that clients draw with their ports', () => {
  const { ipvs } = compiled(desired({ services: [service(1, [tcp(80, [plan.pod(2, 1)])], { scheduler: 'random' })] }));
  expect(ipvs).toMatchObject([{ scheduler: 'mh', flags: ['mh-fallback', 'mh-port'] }]);
});
