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

/** The sum of the inventory of nothing. */
export const EMPTY_SUM: InventorySum = 0n;

/** Settings of IPv6 are in no sum: whether a kernel has them is nothing that a state says. */
const isSummed = ({ kind, key }: KernelObject) => kind !== 'sysctl' || !isIpv6Sysctl(key);

/** What of an inventory is hashed as one: single things, and the rules of a chain. */
function* termsOf(objects: Iterable<KernelObject>): Generator<string> {
  const chains = new Map<string, string[]>();
  for (const object of objects) {
    if (isOrdered(object)) {
      const chain = `${object.kind}\n${object.place}`;
      const rules = chains.get(chain);
      if (rules === undefined) chains.set(chain, [object.text]);
      else rules.push(object.text);
    } else if (isSummed(object)) yield `${identityOf(object)}\n${object.text}`;
  }
  for (const [chain, rules] of chains) yield `${chain}\n${rules.join('\n')}`;
}

const addendOf = (term: string): InventorySum => BigInt(`0x${sha256Hex(term)}`);

/** What objects add to a sum, one after the other. Of a chain's rules there must be all. */
export function* addends(objects: Iterable<KernelObject>): Generator<InventorySum> {
  for (const term of termsOf(objects)) yield addendOf(term);
}

/**
 * What a sum has to get when a part of the inventory has become otherwise, one after the other. Only what is otherwise is hashed. Of a chain's rules a part must have
 * all.
 */
export function* changeAddends(before: Iterable<KernelObject>, after: Iterable<KernelObject>): Generator<InventorySum> {
  const gone = new Set(termsOf(before));
  // To look for a text in a set costs as much as to hash it.
  for (const term of termsOf(after)) if (gone.size === 0 || !gone.delete(term)) yield addendOf(term);
  for (const term of gone) yield MODULUS - addendOf(term);
}

/** The sum of what adds to it. */
export function sumOf(added: Iterable<InventorySum>): InventorySum {
  let sum = EMPTY_SUM;
  for (const addend of added) sum += addend;
  return sum % MODULUS;
}

/** The sum of objects. Of a chain's rules there must be all. */
export function inventorySum(objects: Iterable<KernelObject>): InventorySum {
  return sumOf(addends(objects));
}

/** Two sums as one. */
export function addSums(a: InventorySum, b: InventorySum): InventorySum {
  return (a + b) % MODULUS;
}

/** The sum of what is left of an inventory without some of it. */
export function subtractSum(from: InventorySum, sum: InventorySum): InventorySum {
  return (from - sum + MODULUS) % MODULUS;
}

/** A sum as it is written down: 64 hex digits. */
export function sumText(sum: InventorySum): string {
  return sum.toString(16).padStart(64, '0');
}

/** What names an inventory: 64 hex digits, equal for equal inventories. */
export function inventoryDigest(objects: Iterable<KernelObject>): string {
  return sumText(inventorySum(objects));
}
