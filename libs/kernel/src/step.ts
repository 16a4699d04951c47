import type { IpsetOp } from './ipset/ipset.ts';
import type { IptablesChange, IptablesTableName } from './iptables/ruleset.ts';
import type { IpvsOp } from './ipvs/service.ts';
import type { FdbEntry, Link, LinkAddress, Neighbour, Route, Sysctl, VethLink } from './network/objects.ts';
import type { NftCommand } from './nft/table.ts';
import type { NftTypes } from './nft/types.ts';
import type { Workload } from './node-config.ts';

/** One thing that lines of an `ip -batch` do. */
export type IpOp =
  | { readonly op: 'link-add' | 'link-delete'; readonly link: Link }
  /**
   * Brings an existing link of the same kind to these properties; only what `ip link set` can change. The MAC is set only when told to:
   * even to what it is, that makes the kernel forget the link's neighbours, permanent ones included (neigh_changeaddr).
   */
  | { readonly op: 'link-set'; readonly link: Link; readonly setMac: boolean }
  /** Inside the pod: brings its end of the pair to these properties and up, and the loopback up. `setMac` as above. */
  | { readonly op: 'peer-set'; readonly link: VethLink; readonly setMac: boolean }
  | { readonly op: 'address-add' | 'address-delete'; readonly address: LinkAddress }
  | { readonly op: 'route-replace' | 'route-delete'; readonly route: Route }
  | { readonly op: 'neighbour-replace' | 'neighbour-delete'; readonly neighbour: Neighbour };

/** One thing that a `bridge -batch` line does. */
export type BridgeOp = { readonly op: 'fdb-replace' | 'fdb-delete'; readonly entry: FdbEntry };

/**
 * One run of one tool: the unit that is executed, recorded in a receipt and counted. Each tool's own atomicity holds within a step:
 * an nft step is one transaction, an iptables step one restore; `ip` and `bridge` try every line (`-force`), so that one pod's failure is not another's.
 */
export type Step =
  | { readonly tool: 'netns-add' | 'netns-delete'; readonly names: readonly string[] }
  | { readonly tool: 'sysctl'; readonly netns: string | null; readonly sysctls: readonly Sysctl[] }
  | { readonly tool: 'ip'; readonly netns: string | null; readonly ops: readonly IpOp[] }
  | { readonly tool: 'bridge'; readonly ops: readonly BridgeOp[] }
  | {
      readonly tool: 'nft';
      readonly family: 'ip' | 'ip6';
      readonly table: string;
      readonly commands: readonly NftCommand[];
      /** What the sets and maps that the commands name hold; missing: only the kernel knows. */
      readonly types?: NftTypes;
    }
  | { readonly tool: 'iptables'; readonly changes: readonly IptablesChange[] }
  /** Takes away what the nft variant of iptables made for us and leaves standing: built-in chains that bear our mark, tables with nothing in them. */
  | { readonly tool: 'iptables-leave'; readonly what: 'built-in-chains' | 'tables'; readonly tables: readonly IptablesTableName[] }
  /** Sets, one `ipset restore`: it ends at the first line that fails. */
  | { readonly tool: 'ipset'; readonly ops: readonly IpsetOp[] }
  /** Virtual services, one `ipvsadm -R`: it tries every line. */
  | { readonly tool: 'ipvs'; readonly ops: readonly IpvsOp[] }
  | { readonly tool: 'workload-start'; readonly workload: Workload }
  | { readonly tool: 'workload-stop'; readonly workload: Workload };
