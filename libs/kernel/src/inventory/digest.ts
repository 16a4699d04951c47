import { type KernelObject, sha256Hex } from '@weft/model';
import { isIpv6Sysctl } from '../network/sysctl-text.ts';
import { identityOf, isOrdered } from './identity.ts';

/**
 * A sum over what an inventory holds: each thing adds its SHA-256, the rules of one chain together in their order. What is added to an inventory is added to its sum,
 * and what is taken from it subtracted, so that a change costs what it changes. As for stateChecksum, it guards against what gets lost or is touched, not against
 * who can choose many rules at will to make two inventories alike.
 */
export type InventorySum = bigint;

const MODULUS = 1n << 256n;

const termOf = (text: string): InventorySum => BigInt(`0x${sha256Hex(text)}`);

/** The sum of the inventory of nothing. */
export const EMPTY_SUM: InventorySum = 0n;

/** Settings of IPv6 are in no sum: whether a kernel has them is nothing that a state says. */
const isSummed = ({ kind, key }: KernelObject) => kind !== 'sysctl' || !isIpv6Sysctl(key);

/** The sum of objects. Rules of one chain must be all of them, in their order. */
export function inventorySum(objects: Iterable<KernelObject>): InventorySum {
  let sum = EMPTY_SUM;
  const chains = new Map<string, string[]>();
  for (const object of objects) {
    if (!isOrdered(object)) {
      if (isSummed(object)) sum += termOf(`${identityOf(object)}\n${object.text}`);
      continue;
    }
    const chain = `${object.kind}\n${object.place}`;
    const rules = chains.get(chain);
    if (rules === undefined) chains.set(chain, [object.text]);
    else rules.push(object.text);
  }
  for (const [chain, rules] of chains) sum += termOf(`${chain}\n${rules.join('\n')}`);
  return sum % MODULUS;
}

/** A sum without what another one stands for, and with what a third one does. */
export function changedSum(sum: InventorySum, without: InventorySum, and: InventorySum): InventorySum {
  return (((sum - without + and) % MODULUS) + MODULUS) % MODULUS;
}

/** A sum as it is written down: 64 hex digits. */
export function sumText(sum: InventorySum): string {
  return sum.toString(16).padStart(64, '0');
}

/** What names an inventory: 64 hex digits, equal for equal inventories. */
export function inventoryDigest(objects: Iterable<KernelObject>): string {
  return sumText(inventorySum(objects));
}
