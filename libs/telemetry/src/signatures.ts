import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** Signs with an Ed25519 key (RFC 8032). */
export interface Signer {
  /** The 32 bytes of the public key, base64url. */
  readonly publicKey: string;
  /** A signature over the text's UTF-8, base64url. */
  sign(text: string): string;
}

/** A new Ed25519 private key as PEM (PKCS #8, RFC 8410), as `openssl genpkey -algorithm ed25519` makes one. */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}

/** A key for each node of a large fleet. */
const KEYS_KEPT = 4_096;

/** Reads a key the first time that its text is given: that takes as long as signing with it, and whoever signs or checks with one does so again. */
function readOnce<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const key = read(text);
    if (known.size === KEYS_KEPT) known.clear();
    known.set(text, key);
    return key;
  };
}

function ed25519(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`it is a key for ${key.asymmetricKeyType}, not for ed25519`);
  return key;
}

/** Signs with the private key in a PEM text. Throws when it is none for Ed25519. */
export const signerOf: (pem: string) => Signer = readOnce((pem) => {
  const key = ed25519(pem);
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { publicKey: x, sign: (text) => sign(null, Buffer.from(text), key).toString('base64url') };
});

const publicKeyOf = readOnce((x) => createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }));

/** Whether a signature over a text was made with the private key that belongs to this public one. A key or signature that is none was not. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    return verify(null, Buffer.from(text), publicKeyOf(publicKey), Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** SHA-256, in hex, of a public key's bytes: what it is called. */
export function keyFingerprint(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');
}
