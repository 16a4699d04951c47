import type { NftTable } from '@weft/kernel';
import type { DesiredState } from '@weft/model';
import { nftables } from '../../../src/backends/nftables/index.ts';

/** The table of a state's first node. */
export function compiled(desired: DesiredState): NftTable {
  const [node] = desired.nodes;
  const table = node && nftables.compile({ desired, node }).nft;
  if (!table) throw new Error('a state without nodes has no table');
  return table;
}
