import type { ChainLine, ChainName, Checkpoint } from '@weft/model';
import type { Recorded } from '../collections.ts';
import type { PageRequest } from '../query.ts';

/** Signs checkpoints. */
export interface CheckpointSigner {
  /** Ed25519, base64url. */
  readonly publicKey: string;
  sign(text: string): string;
}

/** What makes it evident later whether records were tampered with. */
export interface SealingStore {
  /**
   * Puts records that are in no link yet into their chains, some hundred at a time. Answers how many; 0 as well when another replica is at it. Records are sealed as they are
   * read back from the database, so that what is hashed is what is stored.
   */
  seal(): Promise<number>;
  /** Signs where the chains stand, and keeps it. The newest that is kept, when it says the same. */
  checkpoint(signer: CheckpointSigner): Promise<Checkpoint>;
  /** Checkpoints that were kept, newest first. */
  readonly checkpoints: Pick<Recorded<Checkpoint, PageRequest>, 'list'>;
  /** Everything that is to be verified about a chain, in order, read as it is asked for. `textSeconds`: how long texts of receipts are kept. */
  lines(chain: ChainName, textSeconds: number): AsyncIterable<ChainLine>;
}
