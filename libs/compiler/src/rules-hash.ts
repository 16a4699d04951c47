import { inventory, inventoryDigest } from '@weft/kernel';
import type { DesiredState } from '@weft/model';
import { compile } from './compile.ts';

/**
 * What a receipt calls `rulesHash`, from nothing but a state: names everything that it comes to on a node without some services. In it is all that stands in the
 * kernel but settings of IPv6, which not every kernel has, and connections of IPVS that end. Throws what `compile` throws.
 */
export function rulesHash(desired: DesiredState, nodeId: string, leftOut: readonly string[]): string {
  const services = leftOut.length === 0 ? desired.services : desired.services.filter(({ id }) => !leftOut.includes(id));
  return inventoryDigest(inventory(compile({ ...desired, services }, nodeId)));
}
