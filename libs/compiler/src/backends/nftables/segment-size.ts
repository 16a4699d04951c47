import { type NftFragment, rule } from './fragment.ts';

const CLAMP = 'tcp flags syn tcp option maxseg size set rt mtu';

/** Connections of pods agree on segments that fit the smallest link on their way that this node knows of, such as the overlay. */
export function segmentSize(): NftFragment {
  return {
    rules: { 'filter-forward': [rule(`ip saddr @pod-cidrs ${CLAMP}`), rule(`ip daddr @pod-cidrs ${CLAMP}`)] },
  };
}
