import { createHash, randomBytes } from 'node:crypto';
import { type Id, type IdKind, makeId } from '@weft/model';

/** Crockford's base 32 in lower case: no letter that reads like a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Digits of an id that say when it was made, and those that no other id has: 48 bits of milliseconds, 80 random bits (the ULID layout). */
const TIME_DIGITS = 10;
const OWN_DIGITS = 16;
const OWN_BYTES = 10;

function inDigits(number: bigint, digits: number): string {
  let value = number;
  let text = '';
  for (let digit = 0; digit < digits; digit++) {
    text = ALPHABET[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}

const ownDigits = (bytes: Buffer) => inDigits(BigInt(`0x${bytes.toString('hex')}`), OWN_DIGITS);

/** 26 characters that sort by the time they were made. */
export function newIdBody(): string {
  return inDigits(BigInt(Date.now()), TIME_DIGITS) + ownDigits(randomBytes(OWN_BYTES));
}

/** Makes an id of a kind that nothing has. */
export type NewId = <K extends IdKind>(kind: K) => Id<K>;

/** A new id of a kind. */
export const newId: NewId = (kind) => makeId(kind, newIdBody());

/**
 * Makes the ids of one change from a seed, which looks like the body of an id and gives them its time: the same seed, the same ids. So a change that was
 * planned and then is carried out makes the objects that the plan names.
 */
export function idsFrom(seed: string): NewId {
  let made = 0;
  return (kind) => {
    const own = createHash('sha256').update(`${seed}/${made++}`).digest().subarray(0, OWN_BYTES);
    return makeId(kind, seed.slice(0, TIME_DIGITS) + ownDigits(own));
  };
}
