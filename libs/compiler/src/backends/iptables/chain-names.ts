import { IPTABLES_CHAIN_PREFIX } from '@weft/kernel';
import { type DesiredEndpoint, shortHash } from '@weft/model';
import type { ServicePort } from '../service-ports.ts';

/** Chains that exist once, whatever services there are. */
export const CHAIN = {
  services: 'WEFT-SERVICES',
  nodePorts: 'WEFT-NODEPORTS',
  fromWhom: 'WEFT-FROM-WHOM',
  markMasquerade: 'WEFT-MARK-MASQ',
  masquerade: 'WEFT-MASQUERADE',
  postrouting: 'WEFT-POSTROUTING',
  egress: 'WEFT-EGRESS',
  forward: 'WEFT-FORWARD',
  refusal: 'WEFT-REFUSAL',
  serviceIPs: 'WEFT-SERVICE-IPS',
  nodePortRefusal: 'WEFT-NODEPORT-REFUSAL',
  reject: 'WEFT-REJECT',
} as const;

const hashed = (kind: string, identity: string) => `${IPTABLES_CHAIN_PREFIX}${kind}-${shortHash(identity, 16).toUpperCase()}`;

const identity = ({ serviceId, protocol, port }: ServicePort) => `${serviceId} ${protocol} ${port}`;

/** The chain that chooses among a port's endpoints: `WEFT-SVC-` and 64 bits of a hash, 25 of 28 characters. */
export function serviceChain(port: ServicePort): string {
  return hashed('SVC', identity(port));
}

/** The chain that leads to one endpoint of a port: `WEFT-SEP-` and 64 bits of a hash. */
export function endpointChain(port: ServicePort, endpoint: DesiredEndpoint): string {
  return hashed('SEP', `${identity(port)} ${endpoint.ip} ${endpoint.port}`);
}
