import type { NodeConfig } from '@weft/kernel';
import { IPVS_LINK_NAME } from '@weft/model';
import { eventually } from '@weft/testing';
import { plan, service, tcp } from '@weft/testing/desired';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFleet, type FleetSpec, type TestFleet } from '../test-fleet.ts';
import { startStorm } from './storms.ts';
import type { Program } from './suite.ts';

const [own, other, beside, far] = [plan.pod(1, 1), plan.pod(1, 2), plan.pod(2, 1), plan.pod(3, 1)];
const VIP = plan.service(1);

/** A service whose endpoints are replaced, one by one, until none of the first is left, several times over. */
const ROLLING: readonly (readonly string[])[] = [
  [own, other],
  [other, beside],
  [beside, far],
  [far, own],
  [own, other],
  [beside, far],
  [own],
];

/** What of a configuration is a backend's alone. */
const RULES: Readonly<Record<Program['backend'], (config: NodeConfig) => unknown[]>> = {
  nftables: ({ nft }) => (nft === null ? [] : [nft]),
  iptables: ({ iptables, ipsets }) => (iptables === null || ipsets.length > 0 ? [] : [iptables]),
  ipvs: ({ ipvs, ipsets, links }) => [...ipvs, ...ipsets, ...links.filter(({ name }) => name === IPVS_LINK_NAME)],
};

/** IPVS remembers a connection for a while after its end, and goes with the last one. */
const PATIENCE = {
  nftables: { withinMs: 0 },
  iptables: { withinMs: 0 },
  ipvs: { withinMs: 300_000, everyMs: 10_000 },
} as const;

/**
 * What happens to services that are in use: their endpoints are replaced, their nodes get another backend, one of the programs' or of `others`. `perSecond` is
 * how many connections are opened while it does.
 */
export function describeUpheavals(programs: readonly Program[], perSecond: number, others: readonly Program['backend'][] = []): void {
  let fleet: TestFleet;
  beforeAll(async () => {
    fleet = await createTestFleet();
  });
  afterAll(() => fleet.destroy());

  const apply = async (backend: Program['backend'], services: FleetSpec['services'] = []) => {
    const applied = await fleet.apply({ podLink: 'bridge', overlay: 'auto', backend, services });
    expect(applied.map(({ failure }) => failure?.message ?? null)).toEqual([null, null, null]);
  };

  describe.each(programs)('$name', ({ backend }) => {
    it(`loses no connection of ${perSecond} a second while all endpoints are replaced`, async () => {
      const rolled = (endpoints: readonly string[] | undefined) => [service(1, [tcp(80, endpoints ?? [], { nodePort: 30080 })])];
      await apply(backend, rolled(ROLLING[0]));
      const storms = await Promise.all([
        startStorm(fleet, { pod: 4 }, VIP, 80, perSecond),
        startStorm(fleet, 'outside', plan.host(1), 30080, perSecond / 4),
      ]);
      for (const endpoints of ROLLING) await apply(backend, rolled(endpoints));
      const seen = await Promise.all(storms.map((storm) => storm.end()));
      expect(seen).toEqual([{ answered: expect.any(Number) }, { answered: expect.any(Number) }]);
    });
  });

  /** What is left of a backend on each node, when another one has had a second look at it. */
  const leftOf = async (backend: Program['backend']): Promise<readonly unknown[][]> => {
    await fleet.again();
    const seen = await Promise.all(fleet.nodes.map(({ host }) => host.observe([], { pods: false })));
    return seen.map((config) => RULES[backend](config));
  };

  const backends = [...new Set(programs.map(({ backend }) => backend))];
  const switches = [...backends, ...others].flatMap((from) =>
    [...backends, ...others].filter((to) => to !== from && (backends.includes(from) || backends.includes(to))).map((to) => ({ from, to })),
  );

  it.each(switches)(
    'switches from $from to $to without losing a connection, new or open',
    async ({ from, to }) => {
      const services = [service(1, [tcp(80, [other, beside, far], { nodePort: 30080 })])];
      await apply(from, services);
      const storms = await Promise.all([
        startStorm(fleet, { pod: 1 }, VIP, 80, perSecond),
        startStorm(fleet, 'outside', plan.host(1), 30080, perSecond / 4),
        startStorm(fleet, { node: 2 }, VIP, 80, perSecond / 4),
      ]);
      const rounds = 100;
      const open = fleet.ask({ pod: 1 }, VIP, 80, rounds);
      for (const backend of [to, from, to]) await apply(backend, services);
      expect(await open).toHaveLength(rounds);
      const seen = await Promise.all(storms.map((storm) => storm.end()));
      expect(seen).toEqual(seen.map(() => ({ answered: expect.any(Number) })));
      await eventually(`nothing of ${from}`, async () => (await leftOf(from)).every((rules) => rules.length === 0), PATIENCE[from]);
    },
    600_000,
  );
}
