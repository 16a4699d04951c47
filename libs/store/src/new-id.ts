import { randomBytes } from 'node:crypto';
import { type Id, type IdKind, makeId } from '@weft/model';

/** Crockford's base 32 in lower case: no letter that reads like a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 26 characters that sort by the time they were made: 48 bits of milliseconds, 80 random bits (the ULID layout). */
export function newIdBody(): string {
  let value = (BigInt(Date.now()) << 80n) | BigInt(`0x${randomBytes(10).toString('hex')}`);
  let text = '';
  for (let digit = 0; digit < 26; digit++) {
    text = ALPHABET[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}

/** A new id of a kind. */
export function newId<K extends IdKind>(kind: K): Id<K> {
  return makeId(kind, newIdBody());
}
