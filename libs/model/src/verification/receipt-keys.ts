import { canonicalJson } from '../fingerprint.ts';
import type { AuditEvent } from '../resources/audit.ts';
import { type SealedReceipt, signedPart } from '../resources/receipt-record.ts';

/** Says whether a signature over a text was made with the private part of an Ed25519 key. */
export type SignatureCheck = (publicKey: string, text: string, signature: string) => boolean;

interface Registered {
  readonly publicKey: string;
  /** Name of its node. */
  readonly node: string;
}

/** Where audit events tell of a credential: `nodeAgentCredentialRotate` is about nothing else, `nodeJoin` about a node too. */
interface Told {
  readonly receiptKey?: { readonly fingerprint: string; readonly publicKey: string };
  readonly credential?: Told;
}

/**
 * The keys that nodes sign with, as the chain of changes tells of them: whoever invents a receipt would have to invent the registration of a key as well, in a chain that a
 * checkpoint holds on to.
 */
export class ReceiptKeys {
  readonly #keys = new Map<string, Registered>();
  /** When each node's first key was registered, by the node's name. */
  readonly #since = new Map<string, string>();
  readonly #isSignedBy: SignatureCheck;

  constructor(isSignedBy: SignatureCheck) {
    this.#isSignedBy = isSignedBy;
  }

  /** Takes the key that an event registers, if it does. */
  learn({ operation, object, at, after }: AuditEvent): void {
    if (operation !== 'nodeJoin' && operation !== 'nodeAgentCredentialRotate') return;
    const told = (after ?? {}) as Told;
    const key = told.receiptKey ?? told.credential?.receiptKey;
    if (key === undefined) return;
    this.#keys.set(key.fingerprint, { publicKey: key.publicKey, node: object.name });
    if (!this.#since.has(object.name)) this.#since.set(object.name, at);
  }

  /** Whether a receipt is its node's: signed with one of its keys, or from before it had any. */
  vouchFor(receipt: SealedReceipt): boolean {
    const { signature, node, receivedAt } = receipt;
    if (signature === null) return (this.#since.get(node) ?? '~') > receivedAt;
    const key = this.#keys.get(signature.key);
    return key?.node === node && this.#isSignedBy(key.publicKey, canonicalJson(signedPart(receipt)), signature.value);
  }
}
