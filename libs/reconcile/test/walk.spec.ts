import { check } from '@weft/compiler';
import { FakeHost, type FakeState } from '@weft/host';
import { EMPTY_CONFIG, type NodeConfig, type Step } from '@weft/kernel';
import { applyConfig, diff, type Host, type StepOutcome } from '@weft/reconcile';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compiled, FOREIGN, states } from './random-fleet.ts';

const RUNS = { numRuns: 60 };
const walks = fc.array(states.map(compiled), { minLength: 2, maxLength: 4 });

const observe = (host: Host, like: NodeConfig) => host.observe(like.sysctls, { pods: true });

/** Destinations that had new connections until now are looked at once more before they go. */
async function become(host: Host, config: NodeConfig): Promise<void> {
  const first = await applyConfig(host, config, await observe(host, config));
  expect(first.failure).toBeNull();
  const { failure, achieved } = await applyConfig(host, config, await observe(host, config));
  expect(failure).toBeNull();
  expect(achieved).toBe(config);
}

/** What a host has that is not ours. */
function foreignOf({ links, addresses, routes, netns, neighbours, ipsets, ipvs, nftTables, iptables }: FakeState): unknown {
  const others = <T>(items: readonly T[], foreign: readonly unknown[]) => items.filter((item) => foreign.some((f) => f === item));
  return {
    netns: others(netns, FOREIGN.netns),
    links: others(links, FOREIGN.links),
    addresses: others(addresses, FOREIGN.addresses),
    routes: others(routes, FOREIGN.routes),
    neighbours: others(neighbours, FOREIGN.neighbours),
    ipsets: others(ipsets, FOREIGN.ipsets),
    ipvs: others(ipvs, FOREIGN.ipvs),
    nftTables: { 'ip docker': nftTables['ip docker'] },
    iptables: {
      tables: iptables.tables
        .filter(({ name }) => name === 'filter')
        .map((table) => ({
          ...table,
          chains: table.chains.filter(({ name }) => !name.startsWith('WEFT-')),
          jumps: table.jumps.filter(({ rule }) => !rule.includes('WEFT-')),
        })),
    },
  };
}

describe('walking between configurations', () => {
  it('ends where starting from nothing ends, with nothing left to do and foreign things untouched', async () => {
    await fc.assert(
      fc.asyncProperty(walks, async (configs) => {
        const host = new FakeHost({ start: FOREIGN });
        for (const config of configs) {
          expect(check(config)).toEqual([]);
          await become(host, config);
          expect(diff(config, await observe(host, config))).toEqual([]);
        }
        const last = configs.at(-1) as NodeConfig;
        const fresh = new FakeHost({ start: FOREIGN });
        await become(fresh, last);
        expect(await observe(host, last)).toEqual(await observe(fresh, last));
        expect(foreignOf(host.state)).toEqual(FOREIGN);
      }),
      RUNS,
    );
  });

  it('leaves no trace when it ends in nothing', async () => {
    await fc.assert(
      fc.asyncProperty(walks, async (configs) => {
        const host = new FakeHost({ start: FOREIGN });
        for (const config of [...configs, EMPTY_CONFIG]) await become(host, config);
        const { sysctls: _settings, fdb, workloads, ...left } = host.state;
        expect({ fdb, workloads }).toEqual({ fdb: [], workloads: [] });
        expect({
          ...left,
          iptables: { tables: left.iptables.tables.filter(({ chains, jumps }) => chains.length + jumps.length > 0) },
        }).toEqual(FOREIGN);
      }),
      RUNS,
    );
  });

  it('gets there after any step has failed once and the host was looked at again', async () => {
    await fc.assert(
      fc.asyncProperty(states.map(compiled), states.map(compiled), fc.nat(30), async (before, after, failing) => {
        let left = failing;
        let armed = false;
        const host = new FakeHost({ start: FOREIGN, fail: () => (armed && left-- === 0 ? 'broken' : null) });
        await become(host, before);
        armed = true;
        const first = await applyConfig(host, after, await observe(host, after));
        armed = false;
        if (first.failure !== null) expect(first.achieved).toBe('unknown');
        await become(host, after);
        expect(await observe(host, after)).toEqual(after);
      }),
      RUNS,
    );
  });
});

/** A host that looks at itself after each step. */
class WatchedHost implements Host {
  readonly #host: FakeHost;
  readonly #look: (state: FakeState, step: Step) => void;

  constructor(host: FakeHost, look: (state: FakeState, step: Step) => void) {
    this.#host = host;
    this.#look = look;
  }

  observe: Host['observe'] = (keys, scope) => this.#host.observe(keys, scope);

  async run(step: Step): Promise<StepOutcome> {
    const outcome = await this.#host.run(step);
    this.#look(this.#host.state, step);
    return outcome;
  }
}

const podIps = (config: NodeConfig) =>
  new Map(config.addresses.flatMap(({ netns, cidr }) => (netns === null ? [] : [[netns, cidr.split('/')[0]]])));

/** True when a pod has its address and a way out, and the host a way to it. */
function reachable({ addresses, routes, links }: FakeState, netns: string, ip: string): boolean {
  const link = links.find((l) => l.kind === 'veth' && l.peer.netns === netns);
  return (
    addresses.some((address) => address.netns === netns && address.cidr.startsWith(`${ip}/`)) &&
    routes.some((route) => route.netns === netns && route.destination === 'default') &&
    link?.kind === 'veth' &&
    (link.master !== null || routes.some((route) => route.netns === null && route.destination === `${ip}/32` && route.device === link.name))
  );
}

describe('between any two configurations', () => {
  it('a pod of both has an address, a way out and a way in after every step', async () => {
    await fc.assert(
      fc.asyncProperty(states.map(compiled), states.map(compiled), async (before, after) => {
        const stays = [...podIps(before)].filter(([netns, ip]) => podIps(after).get(netns) === ip);
        let armed = false;
        const host = new WatchedHost(new FakeHost({ start: FOREIGN }), (state, step) => {
          if (armed) for (const [netns, ip] of stays) expect(reachable(state, netns, ip ?? ''), `${ip} after ${step.tool}`).toBe(true);
        });
        await become(host, before);
        armed = true;
        await become(host, after);
      }),
      RUNS,
    );
  });

  it('the rules of one service backend are always there', async () => {
    await fc.assert(
      fc.asyncProperty(states.map(compiled), states.map(compiled), async (before, after) => {
        let armed = false;
        const host = new WatchedHost(new FakeHost({ start: FOREIGN }), ({ nftTables, iptables }, step) => {
          const nft = nftTables['ip weft'] !== undefined;
          const jumps = iptables.tables.some(
            (table) => table.name === 'nat' && table.jumps.some(({ rule }) => rule.includes('WEFT-SERVICES')),
          );
          if (armed) expect(nft || jumps, `after ${step.tool}`).toBe(true);
        });
        await become(host, before);
        armed = true;
        await become(host, after);
      }),
      RUNS,
    );
  });
});
