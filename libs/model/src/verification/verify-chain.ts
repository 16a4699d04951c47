import { sha256Hex } from '../fingerprint.ts';
import type { AuditEvent } from '../resources/audit.ts';
import { type ChainLine, type ChainLink, type ChainName, GENESIS, linkHash, recordDigest } from '../resources/chain.ts';
import type { ChainHead, Checkpoint } from '../resources/checkpoint.ts';
import type { SealedReceipt } from '../resources/receipt-record.ts';
import type { FindingKind, Findings } from './finding.ts';
import type { ReceiptKeys } from './receipt-keys.ts';

/** What came of looking at a chain. */
export interface VerifiedChain {
  /** Where it ends. */
  readonly head: ChainHead;
  /** The newest checkpoint that it agrees with; null: none. */
  readonly anchoredAt: Checkpoint | null;
  /** Records that were not sealed yet. */
  readonly waiting: number;
}

/** One walk along a chain. What it keeps does not grow with the chain. */
class Walk {
  readonly #chain: ChainName;
  readonly #findings: Findings;
  readonly #keys: ReceiptKeys;
  /** Those that are still ahead, nearest first. */
  readonly #checkpoints: Checkpoint[];
  #revision = 0;
  head = GENESIS;
  anchoredAt: Checkpoint | null = null;
  waiting: number | null = null;

  constructor(chain: ChainName, checkpoints: readonly Checkpoint[], keys: ReceiptKeys, findings: Findings) {
    this.#chain = chain;
    this.#findings = findings;
    this.#keys = keys;
    this.#checkpoints = [...checkpoints].sort((a, b) => a[chain].seq - b[chain].seq);
  }

  take(line: ChainLine): void {
    if (line.type === 'START') return;
    if (line.type === 'LINK') this.#follow(line);
    else if (line.type === 'LOOSE') this.#found('Planted', null, line.recordId, 'it is in no link of the chain and waits for none');
    else if (line.type === 'END') this.waiting = line.waiting;
    else if (sha256Hex(line.text) !== line.sha256)
      this.#found('TextEdited', null, line.sha256, 'the text is another one than its hash says');
  }

  /** Called after the last line. */
  end(): void {
    if (this.waiting === null) {
      this.#found('Incomplete', this.head.seq, '', 'the answer broke off; what comes later was not looked at');
      return;
    }
    for (const checkpoint of this.#checkpoints) {
      const { seq } = checkpoint[this.#chain];
      if (seq > this.head.seq)
        this.#found(
          'Cut',
          this.head.seq,
          checkpoint.id,
          `it ended at link ${seq} on ${checkpoint.at}, and ends at link ${this.head.seq} now`,
        );
    }
  }

  #follow(link: ChainLink): void {
    const { seq, recordId, digest, hash, record } = link;
    if (seq !== this.head.seq + 1)
      this.#found('Deleted', this.head.seq + 1, '', `links ${this.head.seq + 1} to ${seq - 1} are gone, and what they were about`);
    else if (linkHash(this.#chain, this.head, recordId, digest) !== hash)
      this.#found('Broken', seq, recordId, 'the link does not follow from the one before and its own digest');
    this.#lookAt(link);
    if (record !== null && this.#chain === 'changes') this.#event(seq, record as AuditEvent);
    if (record !== null && this.#chain === 'receipts') this.#receipt(seq, record as SealedReceipt);
    this.head = { seq, hash };
    this.#meet();
  }

  #lookAt({ seq, recordId, digest, record }: ChainLink): void {
    if (record === null) this.#found('Deleted', seq, recordId, 'it was sealed, and is gone');
    else if (record.id !== recordId || recordDigest(record) !== digest)
      this.#found('Edited', seq, recordId, 'it is not what it was when it was sealed');
  }

  /** Revisions have no gaps, so one that was taken out before it was sealed is missed all the same. */
  #event(seq: number, event: AuditEvent): void {
    if (event.revision !== this.#revision + 1)
      this.#found('Deleted', seq, event.id, `revision ${this.#revision + 1} should be here, and revision ${event.revision} is`);
    this.#revision = event.revision;
    this.#keys.learn(event);
  }

  #receipt(seq: number, receipt: SealedReceipt): void {
    if (!this.#keys.vouchFor(receipt)) this.#found('Forged', seq, receipt.id, `no key of ${receipt.node} vouches for it`);
  }

  /** Compares with the checkpoints that were made when the chain ended here. */
  #meet(): void {
    for (let next = this.#checkpoints[0]; next !== undefined && next[this.#chain].seq <= this.head.seq; next = this.#checkpoints[0]) {
      this.#checkpoints.shift();
      const { seq, hash } = next[this.#chain];
      if (seq === 0) continue;
      if (seq === this.head.seq && hash === this.head.hash) this.anchoredAt = next;
      else
        this.#found(
          'Rewritten',
          seq,
          next.id,
          `link ${seq} is not the one that was signed on ${next.at}: it, or one before it, was written anew`,
        );
    }
  }

  #found(kind: FindingKind, seq: number | null, about: string, message: string): void {
    this.#findings.add({ kind, chain: this.#chain, seq, about, message });
  }
}

/** What a chain is held against. */
export interface Evidence {
  readonly checkpoints: readonly Checkpoint[];
  /** Learns from the chain of changes, which therefore comes first. */
  readonly keys: ReceiptKeys;
  /** Links after this one are left for another time: what was recorded since the chain of changes was looked at may be signed with keys that are not known yet. */
  readonly upTo?: number;
}

/**
 * Looks at every line of a chain: whether each record is what was sealed, each link follows from the one before, and the chain is the one that checkpoints were made of.
 */
export async function verifyChain(
  chain: ChainName,
  lines: AsyncIterable<ChainLine>,
  { checkpoints, keys, upTo = Number.MAX_SAFE_INTEGER }: Evidence,
  findings: Findings,
): Promise<VerifiedChain> {
  const walk = new Walk(chain, checkpoints, keys, findings);
  for await (const line of lines) if (line.type !== 'LINK' || line.seq <= upTo) walk.take(line);
  walk.end();
  return { head: walk.head, anchoredAt: walk.anchoredAt, waiting: walk.waiting ?? 0 };
}
