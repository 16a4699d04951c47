import { type ClusterNetwork, overlaps, prefixLength } from '@weft/model';
import { invalid } from '../commit/invalid.ts';

const RANGES = ['podCidrs', 'serviceCidrs', 'externalCidrs'] as const;

/** Throws ProblemError ValidationFailed when ranges overlap or cannot be cut into blocks. */
export function requireSoundNetwork(network: ClusterNetwork): void {
  const ranges = RANGES.flatMap((field) => network[field].map((cidr, at) => ({ cidr, pointer: `/${field}/${at}` })));
  for (const [at, { cidr, pointer }] of ranges.entries()) {
    const other = ranges.slice(0, at).find((one) => overlaps(one.cidr, cidr));
    if (other) throw invalid(pointer, 'Overlaps', `${cidr} overlaps ${other.cidr}`);
  }
  for (const [at, cidr] of network.podCidrs.entries())
    if (prefixLength(cidr) > network.podBlockPrefixLength)
      throw invalid(`/podCidrs/${at}`, 'TooSmall', `${cidr} has no room for a block of /${network.podBlockPrefixLength}`);
}
