import type { Endpoint, Namespace, Node, Pod, Rollout, Service } from '@weft/model';

/** The kinds of object that can be watched, with what an event of each carries. */
export interface Watched {
  namespace: Namespace;
  node: Node;
  pod: Pod;
  service: Service;
  endpoint: Endpoint;
  rollout: Rollout;
}

export type WatchedKind = keyof Watched;
