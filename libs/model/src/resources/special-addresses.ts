import { contains, isAddress } from '../address.ts';

/**
 * Addresses that are no host's, or are another host on every node: unspecified, loopback, link-local, multicast, reserved and broadcast. What a
 * node sent to one of them would reach something of its own. As in Kubernetes (ValidateNonSpecialIP in pkg/apis/core/validation).
 */
const SPECIAL = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'];

/** What an address must be that traffic is sent to. */
export const ONE_HOST = 'must be the address of one host, not a loopback, link-local, multicast or reserved one';

/** True for an address that every node would take for another host than the one meant; false for what is no address. */
export function isSpecial(ip: string): boolean {
  return isAddress(ip) && SPECIAL.some((range) => contains(range, ip));
}
