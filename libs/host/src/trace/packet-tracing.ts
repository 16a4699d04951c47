import type { TracedFlow, TracedWay } from '@weft/kernel';

/** Which packets to follow. */
export interface TraceOrder {
  /** Letters and digits: what is made on the host for it carries this name. */
  readonly name: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly flows: readonly TracedFlow[];
  /** True: only packets that went no further are told. */
  readonly droppedOnly: boolean;
}

/** Where the host routes a packet to; or why it does not, in the words of ip-route(8). */
export type RouteLookup =
  | { readonly found: true; readonly type: string; readonly device: string; readonly gateway: string | null; readonly text: string }
  | { readonly found: false; readonly text: string };

/** Who is next on a link. */
export interface NeighbourLookup {
  readonly mac: string | null;
  /** Its state in ip-neighbour(8), such as REACHABLE or FAILED. */
  readonly state: string;
  readonly text: string;
}

/** What a host says about where a packet goes. */
export interface LookUps {
  readonly route: RouteLookup;
  /** Null: the route leads to no link, or to one without neighbours. */
  readonly neighbour: NeighbourLookup | null;
  /** The other end of the tunnel that it goes into, and the forwarding entry that says so; null: it goes into none. */
  readonly tunnel: { readonly destination: string; readonly text: string } | null;
  /** The tracked connection that it opened, in the words of conntrack(8); null: there is none. */
  readonly connection: string | null;
}

/** A packet that crossed the host, with what the host says about where it went. */
export interface Sighting {
  readonly way: TracedWay;
  readonly lookUps: LookUps;
  /** Why the kernel dropped it, of one that went no further; null: it went on, or the kernel does not say. */
  readonly reason: string | null;
}

/** A trace that runs. */
export interface RunningTrace {
  /** Packets that came since the last call; when many did, the first of them. Rejects when the host cannot be asked about them. */
  take(): Promise<Sighting[]>;
  close(): void;
}

/** What became of a packet, for whoever sent it: an answer came, it was refused, it cannot be sent, or nothing came. */
export interface SendOutcome {
  readonly outcome: 'answered' | 'refused' | 'unreachable' | 'silent';
  /** The error's code, such as ECONNREFUSED; null: an answer came, or nothing. */
  readonly code: string | null;
}

/** A packet to send: for TCP a request for a connection, which is closed at once; for SCTP one of which nothing comes to be (INIT). */
export interface SendOrder {
  /** Namespace to send in; null: the host's own. */
  readonly netns: string | null;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly sourcePort: number;
  readonly destination: string;
  readonly port: number;
  /** How long to wait for an answer, in ms. */
  readonly timeoutMs: number;
}

/** Follows packets on one host. Nothing that it makes on the host outlives this process, however that ends. */
export interface PacketTracing {
  /** Resolves when packets are being traced. Throws CommandError or Error when the host does not trace. */
  begin(order: TraceOrder): Promise<RunningTrace>;
  /** Sends a packet and tells what came of it. Rejects when it could not be tried. */
  send(order: SendOrder): Promise<SendOutcome>;
}
