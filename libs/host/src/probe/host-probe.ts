import { parseIpJson } from '@weft/kernel';
import type { ClusterNetwork, NodeFacts } from '@weft/model';
import { makeRunner, type Runner } from '../real/runner.ts';
import { ensureBridgeNetfilter, missingCapabilities, tryCapabilities } from './capabilities.ts';
import { droppedForwards } from './forward-policy.ts';
import { findNodeAddress } from './node-address.ts';
import { type AnyAddressJson, type AnyRouteJson, poolConflicts } from './pool-conflicts.ts';
import type { HostProblem } from './problem.ts';
import { tunnelPortConflicts } from './tunnel-port.ts';

/** How each tool is asked for its version. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  ip: ['ip', '-V'],
  nft: ['nft', '--version'],
  iptables: ['iptables', '--version'],
  ipset: ['ipset', '--version'],
};

const VERSION_MAX = 128;

/** What can be found out about a host beside its network's state. */
export interface HostProbe {
  /** Kernel, tools and backends, with what keeps the host from being programmed whatever the fleet's ranges are. Tries things out in namespaces of their own. */
  facts(): Promise<Pick<NodeFacts, 'kernel' | 'backends' | 'podLinks' | 'overlays' | 'tools' | 'problems'>>;
  /** The node's address and its link's MTU. Throws NodeAddressError. */
  nodeAddress(fixed: string | null, peer: string): Promise<Pick<NodeFacts, 'address' | 'mtu'>>;
  /** Programs that listen where the tunnels of the fleet arrive. */
  tunnelPortConflicts(port: number): Promise<HostProblem[]>;
  /** Foreign routes and addresses that overlap with the fleet's ranges. Cheap: ask before programming. Throws CommandError. */
  poolConflicts(cluster: Pick<ClusterNetwork, 'podCidrs' | 'serviceCidrs'>): Promise<HostProblem[]>;
}

async function versions({ run }: Runner): Promise<Record<string, string>> {
  const asked = await Promise.all(
    Object.entries(TOOLS).map(async ([tool, argv]) => {
      const { exitCode, stdout } = await run(argv);
      return exitCode === 0 ? [[tool, stdout.trim().slice(0, VERSION_MAX)] as const] : [];
    }),
  );
  return Object.fromEntries(asked.flat());
}

/** A probe of the host that `enter` leads to, an argv prefix; empty: this host. */
export function hostProbe(enter: readonly string[] = []): HostProbe {
  const runner = makeRunner(enter);
  return {
    async facts() {
      const [kernel, tools, capabilities, lacking, netfilter, forwards] = await Promise.all([
        runner.read(['uname', '-r']),
        versions(runner),
        tryCapabilities(runner),
        missingCapabilities(),
        ensureBridgeNetfilter(runner),
        droppedForwards(runner),
      ]);
      const problems = [...lacking, ...capabilities.problems, ...netfilter, ...forwards];
      return {
        kernel: kernel.trim().slice(0, VERSION_MAX),
        backends: [...capabilities.backends],
        // Without br_netfilter, replies between two pods of one bridge pass address translation by.
        podLinks: capabilities.podLinks.filter((link) => link !== 'bridge' || netfilter.length === 0),
        overlays: [...capabilities.overlays],
        tools,
        problems,
      };
    },
    nodeAddress: (fixed, peer) => findNodeAddress(runner, fixed, peer),
    tunnelPortConflicts: (port) => tunnelPortConflicts(runner, port),
    async poolConflicts(cluster) {
      const [routes, links] = await Promise.all([
        runner.read(['ip', '-j', '-4', 'route', 'show', 'table', 'all']),
        runner.read(['ip', '-j', '-4', 'address', 'show']),
      ]);
      return poolConflicts(cluster, parseIpJson<AnyRouteJson>(routes), parseIpJson<AnyAddressJson>(links));
    },
  };
}
