import { IPTABLES_CHAIN_PREFIX } from '@weft/kernel';
import { shortHash } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';

/** Chains that exist once, whatever services there are. */
export const CHAIN = {
  services: 'WEFT-SERVICES',
  serviceIPs: 'WEFT-SERVICE-IPS',
  nodePorts: 'WEFT-NODEPORTS',
  fromWhom: 'WEFT-FROM-WHOM',
  markMasquerade: 'WEFT-MARK-MASQ',
  masquerade: 'WEFT-MASQUERADE',
  postrouting: 'WEFT-POSTROUTING',
  hairpin: 'WEFT-HAIRPIN',
  egress: 'WEFT-EGRESS',
  forward: 'WEFT-FORWARD',
  refusal: 'WEFT-REFUSAL',
  nodePortRefusal: 'WEFT-NODEPORT-REFUSAL',
  reject: 'WEFT-REJECT',
  invalid: 'WEFT-INVALID',
  invalidNodePorts: 'WEFT-INVALID-NODEPORTS',
  traffic: 'WEFT-TRAFFIC',
  trafficTo: 'WEFT-TRAFFIC-TO',
} as const;

/** The chains that a service port can have of its own, named after kube-proxy's. */
const OWN = {
  /** Chooses among the endpoints of all nodes. */
  cluster: 'SVC',
  /** Chooses among the endpoints of this node. */
  local: 'SVL',
  /** For packets by node ports, external and load balancer addresses: masquerades, and tells who is from outside. */
  external: 'EXT',
  /** Lets through whom the source ranges of load balancer addresses allow. */
  firewall: 'FW',
} as const;

/** Names of the chains that a service port can have of its own. */
export type OwnChains = Readonly<Record<keyof typeof OWN, string>>;

/**
 * Names a port's chains by 64 bits of a hash of what they are for, at most 25 of 28 characters: they keep their names as long as they keep their purpose,
 * so a change rewrites no others. Hashing is a good part of the time of compiling, so a port is hashed once.
 */
export function ownChains({ serviceId, protocol, port }: Pick<ServicePort, 'serviceId' | 'protocol' | 'port'>): OwnChains {
  const hash = shortHash(`${serviceId} ${protocol} ${port}`, 16).toUpperCase();
  const name = (kind: keyof typeof OWN) => `${IPTABLES_CHAIN_PREFIX}${OWN[kind]}-${hash}`;
  return { cluster: name('cluster'), local: name('local'), external: name('external'), firewall: name('firewall') };
}
