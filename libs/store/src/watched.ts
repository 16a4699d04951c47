import type { DriftEvent, Endpoint, Namespace, Node, Pod, Rollout, Service } from '@weft/model';

/** The kinds of object whose history is kept by revision, with what an event of each carries. */
export interface Historic {
  namespace: Namespace;
  node: Node;
  pod: Pod;
  service: Service;
  endpoint: Endpoint;
  rollout: Rollout;
}

/** All kinds that can be watched. */
export interface Watched extends Historic {
  drift: DriftEvent;
}

export type HistoricKind = keyof Historic;

export type WatchedKind = keyof Watched;
