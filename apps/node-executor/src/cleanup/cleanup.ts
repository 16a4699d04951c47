import { EMPTY_CONFIG, type NodeConfig } from '@weft/kernel';
import { applyConfig, type Host } from '@weft/reconcile';
import type { DesiredStore } from '../disk/desired-store.ts';

/** What a cleanup did. */
export interface CleanupResult {
  /** One line for each kind of thing that was removed. */
  readonly removed: readonly string[];
  /** What is still there, and why; empty: nothing of ours is left. */
  readonly left: readonly string[];
}

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** What of ours is in a configuration, for people. Kernel settings are not counted: nobody can know who relies on them by now. */
export function describeConfig(config: NodeConfig): string[] {
  const count = (items: readonly unknown[], one: string, many: string) => (items.length === 0 ? [] : [plural(items.length, one, many)]);
  const named = (names: readonly string[], one: string, many: string) =>
    count(names, one, many).map((counted) => `${counted} (${names.join(', ')})`);
  const onHost = <T extends { readonly netns: string | null }>(items: readonly T[]) => items.filter(({ netns }) => netns === null);
  const lists = [
    count(config.workloads, 'process in a pod', 'processes in pods'),
    named(
      config.netns.map(({ name }) => name),
      'network namespace',
      'network namespaces',
    ),
    named(
      config.links.map(({ name }) => name),
      'link',
      'links',
    ),
    count(onHost(config.addresses), 'address', 'addresses'),
    count(onHost(config.routes), 'route', 'routes'),
    count(onHost(config.neighbours), 'neighbour entry', 'neighbour entries'),
    count(config.fdb, 'forwarding entry', 'forwarding entries'),
  ];
  const nft = config.nft === null ? [] : [`nftables table ${config.nft.family} ${config.nft.name}`];
  const chains = config.iptables === null ? [] : ['iptables chains WEFT-*'];
  return [...lists.flat(), ...nft, ...chains];
}

/**
 * Removes everything of ours from this host, running pods included, and forgets the state it could be rebuilt from. Asks nobody, so it works without
 * a control plane. Throws HostError when the host cannot be read.
 */
export async function cleanUp(host: Host, store: DesiredStore): Promise<CleanupResult> {
  const before = await host.observe([], { pods: true });
  const result = await applyConfig(host, EMPTY_CONFIG, before);
  const left = describeConfig(await host.observe([], { pods: true }));
  if (left.length === 0) await store.clear();
  const why = (result.failure?.failures ?? []).map(({ step, outcome }) => `${step.tool}: ${outcome.stderr.trim() || 'no message'}`);
  return { removed: describeConfig(before), left: left.length === 0 ? [] : [...left, ...why] };
}
