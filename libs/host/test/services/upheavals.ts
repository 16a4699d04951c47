import type { NodeConfig } from '@weft/kernel';
import { type Backend, IPVS_LINK_NAME } from '@weft/model';
import { eventually } from '@weft/testing';
import { plan, service, tcp } from '@weft/testing/desired';
import { type Storm, startStorm } from '@weft/testing/storms';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Asker, createTestFleet, type FleetSpec, type TestFleet } from '../test-fleet.ts';
import { startLightServers } from './light-servers.ts';
import { STANDS_MS, startPods } from './play.ts';

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
const RULES: Readonly<Record<Backend, (config: NodeConfig) => unknown[]>> = {
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

/** Where the pods listen for storms: beside the echo servers, which take too long for hundreds of connections a second in an emulated kernel. */
const LIGHT_PORT = 8081;

/** For at least so long endpoints are replaced, in ms: a rate over less says nothing. */
const ROLLED_MS = 3_000;

const light = (endpoints: readonly string[]) => endpoints.map((ip) => `${ip}:${LIGHT_PORT}`);

/** How many connections a second are opened while something happens: so many are tried, `meant` are to come about, and no fewer than `least` must on a machine that does other things. */
export interface Rate {
  readonly tried: number;
  readonly meant: number;
  readonly least: number;
  /** Put before whoever asks, and while endpoints are replaced at this rate before whoever answers; nothing where nothing is said. */
  readonly through?: readonly string[];
}

/** How often endpoints are replaced at most until as many connections came about as are meant to: others on the machine may take its time. None may be lost in any of them. */
const TRIES = 4;

/** A change of backend. */
interface Switch {
  readonly from: Backend;
  readonly to: Backend;
}

/** From one backend to another, and back. */
export const bothWays = (one: Backend, other: Backend): Switch[] => [
  { from: one, to: other },
  { from: other, to: one },
];

/** What happens to services that are in use. */
export interface Upheavals {
  /** The backends on which all endpoints are replaced. */
  readonly replaced: readonly Backend[];
  /** What nodes go from and to. */
  readonly switched: readonly Switch[];
  readonly rates: { readonly replaced: Rate; readonly switched: Rate };
}

const inWords = (rates: readonly number[]) => `${rates.map((rate) => rate.toFixed(0)).join(', then ')} connections a second`;

/** Nothing of it costs anybody a connection. */
export function describeUpheavals({ replaced, switched, rates }: Upheavals): void {
  const { through } = rates.replaced;
  let fleet: TestFleet;
  let endServers: (() => Promise<void>) | undefined;
  const apply = async (backend: Backend, services: FleetSpec['services'] = []) => {
    const applied = await fleet.apply({ podLink: 'bridge', overlay: 'auto', backend, services });
    expect(applied.map(({ failure }) => failure?.message ?? null)).toEqual([null, null, null]);
  };
  beforeAll(async () => {
    fleet = await createTestFleet();
    await startPods(fleet, switched[0]?.to);
    endServers = await startLightServers(fleet, { protocol: 'tcp', port: LIGHT_PORT, ...(through && { through }) });
  }, STANDS_MS);
  afterAll(async () => {
    await endServers?.();
    await fleet.destroy();
  });

  const blow = ({ tried, through: before = [] }: Rate, ...at: readonly (readonly [who: Asker, host: string, port: number])[]) =>
    Promise.all(at.map(([who, host, port]) => startStorm([...before, ...fleet.onto(who, [])], host, port, tried / at.length)));

  /** Ends storms, of which nothing may have been lost. Returns how many connections a second there were. */
  const calm = async (storms: readonly Storm[]): Promise<number> => {
    const seen = await Promise.all(storms.map((storm) => storm.end()));
    const whole = { outcomes: { answered: expect.any(Number) }, kept: expect.any(Number), perSecond: expect.any(Number) };
    expect(seen).toEqual(seen.map(() => whole));
    return seen.reduce((sum, one) => sum + one.perSecond, 0);
  };

  /** Replaces all endpoints while connections are opened, none of which may be lost. Returns how many there were a second. */
  const replaceAll = async (backend: Backend): Promise<number> => {
    const rolled = (endpoints: readonly string[] | undefined) => [service(1, [tcp(80, light(endpoints ?? []), { nodePort: 30080 })])];
    await apply(backend, rolled(ROLLING[0]));
    const storms = await blow(rates.replaced, [{ pod: 4 }, VIP, 80], ['outside', plan.host(1), 30080]);
    const until = performance.now() + ROLLED_MS;
    do for (const endpoints of ROLLING) await apply(backend, rolled(endpoints));
    while (performance.now() < until);
    return calm(storms);
  };

  it.for(replaced)(
    `%s loses no connection of ${rates.replaced.meant} a second while all endpoints are replaced`,
    { timeout: 900_000 },
    async (backend, { annotate }) => {
      const reached: number[] = [];
      while (reached.length < TRIES && !reached.some((perSecond) => perSecond >= rates.replaced.meant))
        reached.push(await replaceAll(backend));
      await annotate(inWords(reached));
      expect(Math.max(...reached)).toBeGreaterThanOrEqual(rates.replaced.least);
    },
  );

  /** What is left of a backend on each node, when another one has had a second look at it. */
  const leftOf = async (backend: Backend): Promise<readonly unknown[][]> => {
    await fleet.again();
    const seen = await Promise.all(fleet.nodes.map(({ host }) => host.observe([], { pods: false })));
    return seen.map((config) => RULES[backend](config));
  };

  it.for(switched)(
    'switches from $from to $to without losing a connection, new or open',
    { timeout: 600_000 },
    async ({ from, to }, { annotate }) => {
      const services = [service(1, [tcp(80, light([other, beside, far]), { nodePort: 30080 })])];
      await apply(from, services);
      const storms = await blow(rates.switched, [{ pod: 1 }, VIP, 80], ['outside', plan.host(1), 30080], [{ node: 2 }, VIP, 80]);
      for (const backend of [to, from, to]) await apply(backend, services);
      const perSecond = await calm(storms);
      await annotate(inWords([perSecond]));
      expect(perSecond).toBeGreaterThanOrEqual(rates.switched.least);
      await eventually(`nothing of ${from}`, async () => (await leftOf(from)).every((rules) => rules.length === 0), PATIENCE[from]);
    },
  );
}
