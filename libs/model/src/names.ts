import { z } from 'zod';
import { shortHash } from './fingerprint.ts';

/** An RFC 1123 DNS label: what names of nodes, pods, services and namespaces look like. */
export const DnsLabel = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be a DNS label: lower-case letters, digits and inner hyphens');

/** A port name: a DNS label of at most 15 characters (RFC 6335). */
export const PortName = DnsLabel.max(15);

/** IFNAMSIZ - 1: the longest name the kernel takes for a link. */
export const LINK_NAME_MAX = 15;

/** The bridge that holds a node's pods in link mode `bridge`. */
export const BRIDGE_NAME = 'weft0';

/** The VXLAN device of a node. */
export const VXLAN_NAME = 'wf-vxlan';

/** The link that bears the addresses of services on a node whose backend is ipvs. */
export const IPVS_LINK_NAME = 'wf-ipvs0';

/** True for the name of a link that is ours: `weft0` or anything that starts with `wf`. */
export function isOurLink(name: string): boolean {
  return name === BRIDGE_NAME || name.startsWith('wf');
}

/** Host side of a pod's veth pair: `wf` + 12 hex digits of the pod id's hash (14 of 15 characters, 48 bits). */
export function podLinkName(podId: string): string {
  return `wf${shortHash(podId, 12)}`;
}

/** A pod's network namespace, the name below /run/netns: the pod's id with a hyphen, `wf-pod-…`. */
export function podNetnsName(podId: string): string {
  return `wf-${podId.replaceAll('_', '-')}`;
}

/** True for a network namespace that weft made. */
export function isOurNetns(name: string): boolean {
  return name.startsWith('wf-');
}

function macFrom(seed: string): string {
  const hex = shortHash(seed, 10);
  return `02:${hex.match(/../g)?.join(':')}`;
}

/** An octet as two hex digits. */
const hexOctet = (octet: string) => Number(octet).toString(16).padStart(2, '0');

/**
 * Locally administered MAC addresses derived from what stays, so that a restart or a reboot changes no neighbour entry
 * (systemd rewrites the MAC of a virtual link that was created without one).
 */
export const mac = {
  /**
   * eth0 inside the pod: `0a:58` and the four octets of its address. A pod that gets the address of one that is gone has its MAC too: neighbours that remember
   * the old one are right about the new one, and need not find out by silence.
   */
  pod: (ip: string) => ['0a', '58', ...ip.split('.').map(hexOctet)].join(':'),
  /** The host side of every pod's veth: one fixed address, as pods hold a permanent neighbour entry for it. */
  podGateway: () => 'ee:ee:ee:ee:ee:ee',
  /** The node's bridge. */
  bridge: (nodeId: string) => macFrom(`bridge:${nodeId}`),
  /** The node's VXLAN tunnel end point. */
  vtep: (nodeId: string) => macFrom(`vtep:${nodeId}`),
  /** The link that bears service addresses for IPVS. */
  ipvs: (nodeId: string) => macFrom(`ipvs:${nodeId}`),
};
