import type { ClusterNetwork } from '@weft/model';
import type { NftFragment } from './fragment.ts';
import { masquerades } from './masquerade.ts';

const OUTWARDS = [
  'ip saddr @pod-cidrs',
  'ip daddr != @pod-cidrs',
  'ip daddr != @service-cidrs',
  'ip daddr != 224.0.0.0/4',
  'oifname != "lo"',
  'oifname != "weft0"',
  'oifname != "wf*"',
].join(' ');

/** Pods reach the world outside through the address of their node. Not inside the fleet, not for multicast, and not to the node itself or back out of our own links. */
export function egress({ masqueradePorts }: Pick<ClusterNetwork, 'masqueradePorts'>): NftFragment {
  return { rules: { 'nat-postrouting': masquerades(OUTWARDS, masqueradePorts, 'a pod that reaches the world outside') } };
}
