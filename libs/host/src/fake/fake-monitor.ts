import { keyOf, type NetworkNews, NFT_TABLE, ROUTE_PROTOCOL, type RulesPart } from '@weft/kernel';
import { canonicalJson, isOurNetns } from '@weft/model';
import type { HostMonitor, Notice, SilentPart } from '../monitor/host-monitor.ts';
import type { FakeHost } from './fake-host.ts';
import { ourIptables } from './fake-iptables.ts';
import { type FakeRoute, type FakeState, KERNEL_PROTOCOL } from './fake-state.ts';

/** Objects of a list that came, went or are otherwise now; those that went as they were. */
function moved<T>(key: (item: T) => string, before: readonly T[], after: readonly T[]): { readonly item: T; readonly gone: boolean }[] {
  const had = new Map(before.map((item) => [key(item), item]));
  const has = new Set(after.map(key));
  return [
    ...before.filter((item) => !has.has(key(item))).map((item) => ({ item, gone: true })),
    ...after.filter((item) => canonicalJson(had.get(key(item)) ?? null) !== canonicalJson(item)).map((item) => ({ item, gone: false })),
  ];
}

function networkNews(before: FakeState, after: FakeState): NetworkNews[] {
  const text = '';
  const routeKey = (route: FakeRoute) => `${keyOf.routes(route)}`;
  return [
    ...moved(keyOf.links, before.links, after.links).map(({ item, gone }): NetworkNews => {
      const { netns, name, up, mtu, mac } = item;
      return { kind: 'link', netns, gone, text, name, up, mtu, mac, master: item.kind === 'veth' ? item.master : null };
    }),
    ...moved(keyOf.addresses, before.addresses, after.addresses).map(
      ({ item, gone }): NetworkNews => ({ kind: 'address', gone, text, ...item }),
    ),
    ...moved(routeKey, before.routes, after.routes).map(({ item, gone }): NetworkNews => {
      const { netns, destination, via, device, protocol } = item;
      return {
        kind: 'route',
        netns,
        gone,
        text,
        destination,
        via,
        device: device ?? '',
        ours: protocol === ROUTE_PROTOCOL,
        connected: protocol === KERNEL_PROTOCOL,
        local: item.type === 'local',
      };
    }),
    ...moved(keyOf.neighbours, before.neighbours, after.neighbours).map(
      ({ item, gone }): NetworkNews => ({ kind: 'neighbour', gone, text, permanent: true, ...item }),
    ),
    ...moved(keyOf.fdb, before.fdb, after.fdb).map(({ item, gone }): NetworkNews => {
      const { device, mac, destination: ip } = item;
      return { kind: 'neighbour', netns: null, gone, text, device, mac, ip, permanent: true };
    }),
  ];
}

function partsTouched(before: FakeState, after: FakeState): Set<RulesPart> {
  const table = `ip ${NFT_TABLE}`;
  const parts: [RulesPart, unknown, unknown][] = [
    ['nft', before.nftTables[table], after.nftTables[table]],
    ['iptables', ourIptables(before.iptables), ourIptables(after.iptables)],
  ];
  return new Set(parts.filter(([, a, b]) => a !== b && canonicalJson(a ?? null) !== canonicalJson(b ?? null)).map(([part]) => part));
}

/** Tells what happens on a host in memory, as a monitor of a kernel does: what others do to our rules, and all that anybody does to the network. */
export class FakeMonitor implements HostMonitor {
  readonly #host: FakeHost;
  #tell: (notice: Notice) => void = () => undefined;
  #stop: () => void = () => undefined;
  /** What it was told to read again and again. */
  silentParts: readonly SilentPart[] = [];
  readonly deaf = 0;

  constructor(host: FakeHost) {
    this.#host = host;
  }

  start(tell: (notice: Notice) => void): void {
    this.#tell = tell;
    this.#stop = this.#host.onChange((before, after, by) => {
      for (const news of networkNews(before, after)) tell({ by: 'ip-monitor', what: 'network', news });
      for (const { item, gone } of moved(keyOf.netns, before.netns, after.netns))
        if (isOurNetns(item.name)) tell({ by: 'netns-watch', what: 'netns', name: item.name, there: !gone });
      const parts = partsTouched(before, after);
      if (by !== null && parts.size > 0) tell({ by: 'nft-monitor', what: 'rules', parts, process: by, text: '' });
      if (by === null) return;
      for (const { item, gone } of moved(keyOf.workloads, before.workloads, after.workloads))
        if (gone) tell({ by: 'workload-watch', what: 'workload', netns: item.netns });
    });
  }

  watchContent(parts: readonly SilentPart[]): void {
    this.silentParts = parts;
  }

  forgetContent(): void {
    // Nothing is ever being read.
  }

  /** Tells something that a kernel would. */
  tell(notice: Notice): void {
    this.#tell(notice);
  }

  close(): void {
    this.#stop();
  }
}
