import type { Backend, Overlay, PodLink } from '@weft/model';

/** What a local fleet is to be. */
export interface FleetOptions {
  /** TCP port of the API on 127.0.0.1. */
  readonly port: number;
  /** Nodes of the lab; 0: only the control plane. */
  readonly nodes: number;
  /** Undefined: what the node or the cluster has already, or the API's default. */
  readonly backend?: Backend;
  readonly podLink?: PodLink;
  readonly overlay?: Overlay;
}
