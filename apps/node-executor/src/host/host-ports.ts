import type {
  Conntrack,
  CounterListings,
  ForeignListing,
  HostMonitor,
  PacketCaptures,
  PacketTracing,
  ProbeResult,
  RulesGeneration,
} from '@weft/host';
import type { ClusterNetwork, NodeFacts, ReadinessProbe } from '@weft/model';
import type { Host } from '@weft/reconcile';
import type { Failure } from '../failure.ts';

/** Everything through which an executor touches a host: there is a real one, and those in memory. */
export interface HostPorts {
  readonly host: Host;
  readonly monitor: HostMonitor;
  readonly foreign: ForeignListing;
  readonly captures: PacketCaptures;
  readonly tracing: PacketTracing;
  readonly conntrack: Conntrack;
  readonly counterListings: CounterListings;
  readonly rulesGeneration: RulesGeneration;
  readonly probePod: (ip: string, probe: ReadinessProbe) => Promise<ProbeResult>;
  /** Why the host cannot be programmed for these ranges; null: it can. */
  readonly preflight: (cluster: ClusterNetwork) => Promise<Failure | null>;
  /** Whether its iptables is the legacy variant, of which no monitor tells. */
  readonly hasLegacyIptables: () => Promise<boolean>;
  /** What the host is and can do, and the addresses that it is managed by, which nobody may take. */
  readonly find: () => Promise<{ readonly facts: NodeFacts; readonly guarded: readonly string[] }>;
  /** Ends what is kept running for all this. */
  readonly close: () => void;
}
