import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** JSON with object keys sorted at every depth and `undefined` left out: equal values give equal text (after RFC 8785). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** SHA-256 of a text in hex. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** SHA-256 of a value's canonical JSON, in hex. */
export function fingerprint(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** The first `digits` hex digits of a text's SHA-256. */
export function shortHash(text: string, digits: number): string {
  return bytesToHex(sha256(utf8ToBytes(text)).subarray(0, Math.ceil(digits / 2))).slice(0, digits);
}
