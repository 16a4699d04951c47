/** The sets that rules ask, whatever services there are. An `ip,port` is an address, protocol and port that a service answers at. */
export const SET = {
  /** Addresses that services have, but for those that the node has itself. */
  serviceIPs: 'WEFT-SERVICE-IPS',
  /** Service addresses and ports with somebody behind them. */
  internal: 'WEFT-INTERNAL',
  /** External addresses and node ports with somebody behind them whom clients reach under an address of the node. */
  external: 'WEFT-EXTERNAL',
  /** The same whose clients keep their address. */
  externalLocal: 'WEFT-EXTERNAL-LOCAL',
  /** What leads pods and the node elsewhere than clients outside, each with the mark of where. */
  shortCut: 'WEFT-SHORT-CUT',
  /** Nobody behind it: told at once. */
  refused: 'WEFT-REFUSED',
  /** Nobody on this node, but elsewhere: left without an answer. */
  dropped: 'WEFT-DROPPED',
  /** Load balancer addresses and ports that are not for everybody. */
  guarded: 'WEFT-GUARDED',
  /** Whom those are for. */
  sources: 'WEFT-SOURCES',
  /** Pods of this node that are endpoints, each with itself: who meets himself behind a service. */
  hairpin: 'WEFT-HAIRPIN',
} as const;

/** Chains that only this backend has. */
export const IPVS_CHAIN = {
  ways: 'WEFT-WAYS',
  inside: 'WEFT-INSIDE',
} as const;
