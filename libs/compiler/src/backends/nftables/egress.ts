import { type NftFragment, rule } from './fragment.ts';

/** Pods reach the world outside through the address of their node. Not inside the fleet, not for multicast, and not to the node itself or back out of our own links. */
export function egress(): NftFragment {
  return {
    rules: {
      'nat-postrouting': [
        rule(
          'ip saddr @pod-cidrs ip daddr != @pod-cidrs ip daddr != @service-cidrs ip daddr != 224.0.0.0/4 oifname != "lo" oifname != "weft0" oifname != "wf*" masquerade fully-random',
          'a pod that reaches the world outside',
        ),
      ],
    },
  };
}
