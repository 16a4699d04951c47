import type { KernelObject, ObjectOwner, PacketOrigin, WirePacket } from '@weft/model';

/** What is known of a fleet besides what its nodes do: whom things are for. */
export interface Known {
  /** Namespace and name of the pod in a network namespace; null: it is not known. */
  podIn(netns: string): string | null;
  ownersOf(nodeId: string, object: KernelObject): readonly ObjectOwner[];
}

/** A packet, and where it is sent from. */
export interface Sent {
  readonly origin: PacketOrigin;
  readonly packet: WirePacket;
}
