import { type KernelObject, sha256Hex } from '@weft/model';
import { isIpv6Sysctl } from '../network/sysctl-text.ts';
import { identityOf, isOrdered } from './identity.ts';

/**
 * A sum over what an inventory holds: each thing adds its SHA-256, the rules of one chain together in their order. What is added to an inventory is added to its sum,
 * and what is taken from it subtracted, so that a change costs what it changes. As for stateChecksum, it guards against what gets lost or is touched, not against
 * who can choose many rules at will to make two inventories alike.
 */
export type InventorySum = bigint;

/** SHA-256 of a text, 64 hex digits. */
export type Sha256 = (text: string) => string;

const MODULUS = 1n << 256n;

/** The sum of the inventory of nothing. */
export const EMPTY_SUM: InventorySum = 0n;

/** Settings of IPv6 are in no sum: whether a kernel has them is nothing that a state says. */
const isSummed = ({ kind, key }: KernelObject) => kind !== 'sysctl' || !isIpv6Sysctl(key);

/** What of an inventory is hashed as one: single things, and the rules of a chain. */
function termsOf(objects: Iterable<KernelObject>): string[] {
  const terms: string[] = [];
  const chains = new Map<string, string[]>();
  for (const object of objects) {
    if (isOrdered(object)) {
      const chain = `${object.kind}\n${object.place}`;
      const rules = chains.get(chain);
      if (rules === undefined) chains.set(chain, [object.text]);
      else rules.push(object.text);
    } else if (isSummed(object)) terms.push(`${identityOf(object)}\n${object.text}`);
  }
  for (const [chain, rules] of chains) terms.push(`${chain}\n${rules.join('\n')}`);
  return terms;
}

function sumOf(terms: Iterable<string>, sha256: Sha256): InventorySum {
  let sum = EMPTY_SUM;
  for (const term of terms) sum += BigInt(`0x${sha256(term)}`);
  return sum % MODULUS;
}

/** The sum of objects. Of a chain's rules there must be all. */
export function inventorySum(objects: Iterable<KernelObject>, sha256: Sha256 = sha256Hex): InventorySum {
  return sumOf(termsOf(objects), sha256);
}

/** Two sums as one. */
export function addSums(a: InventorySum, b: InventorySum): InventorySum {
  return (a + b) % MODULUS;
}

/** The sum of what is left of an inventory without some of it. */
export function subtractSum(from: InventorySum, sum: InventorySum): InventorySum {
  return (from - sum + MODULUS) % MODULUS;
}

/** A sum after a part of the inventory has become otherwise. Only what is otherwise is hashed. Of a chain's rules a part must have all. */
export function changedSum(
  sum: InventorySum,
  before: Iterable<KernelObject>,
  after: Iterable<KernelObject>,
  sha256: Sha256 = sha256Hex,
): InventorySum {
  const [had, has] = [new Set(termsOf(before)), new Set(termsOf(after))];
  const gone = sumOf(
    [...had].filter((term) => !has.has(term)),
    sha256,
  );
  const come = sumOf(
    [...has].filter((term) => !had.has(term)),
    sha256,
  );
  return addSums(subtractSum(sum, gone), come);
}

/** A sum as it is written down: 64 hex digits. */
export function sumText(sum: InventorySum): string {
  return sum.toString(16).padStart(64, '0');
}

/** What names an inventory: 64 hex digits, equal for equal inventories. */
export function inventoryDigest(objects: Iterable<KernelObject>, sha256: Sha256 = sha256Hex): string {
  return sumText(inventorySum(objects, sha256));
}
