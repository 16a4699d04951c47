import { IPTABLES_CHAIN_PREFIX } from '@weft/kernel';
import { type DesiredEndpoint, shortHash } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';

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

/** A service port with the names of the chains that it has: one that chooses among its endpoints, one for each of them. */
export interface ChainedPort extends ServicePort {
  readonly chain: string;
  readonly endpoints: readonly (Pick<DesiredEndpoint, 'ip' | 'port'> & { readonly chain: string })[];
}

/**
 * Names a port's chains `WEFT-SVC-…` and `WEFT-SEP-…` by 64 bits of a hash of what they are for, 25 of 28 characters: they keep their
 * names as long as they keep their purpose, so a change rewrites no others. Hashing is half the time of compiling, so each name is made once.
 */
export function chained(port: ServicePort): ChainedPort {
  const identity = `${port.serviceId} ${port.protocol} ${port.port}`;
  return {
    ...port,
    chain: hashed('SVC', identity),
    endpoints: port.internal.endpoints.map(({ ip, port: at }) => ({ ip, port: at, chain: hashed('SEP', `${identity} ${ip} ${at}`) })),
  };
}
