import { randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** A secret nobody can guess, as text: 43 letters, digits, `-` and `_`. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** A bearer token. Its kind is in its text, so that people and scanners know what leaked. */
export const newToken = (kind: 'join' | 'node'): string => `weft_${kind}_${newSecret()}`;
