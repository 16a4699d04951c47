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
  /** Revision of the cluster when its end was read. */
  readonly revision: number;
}

/** One walk along a chain. What it keeps does not grow with the chain. */
class Walk {
  readonly #chain: ChainName;
  readonly #findings: Findings;
  readonly #keys: ReceiptKeys;
  /** Those that are still ahead, nearest first. */
  readonly #checkpoints: Checkpoint[];
  readonly #upToRevision: number;
  #revision = 0;
  /** The receipt that vouches for the greatest revision. */
  #furthest: { readonly id: string; readonly seq: number; readonly toRevision: number } | null = null;
  head = GENESIS;
  anchoredAt: Checkpoint | null = null;
  end: (ChainLine & { readonly type: 'END' }) | null = null;

  constructor(chain: ChainName, { checkpoints, keys, revision = Number.MAX_SAFE_INTEGER }: Evidence, findings: Findings) {
    this.#chain = chain;
    this.#findings = findings;
    this.#keys = keys;
    this.#upToRevision = revision;
    this.#checkpoints = [...checkpoints].sort((a, b) => a[chain].seq - b[chain].seq);
  }

  take(line: ChainLine): void {
    if (line.type === 'START') return;
    if (line.type === 'LINK') this.#follow(line);
    else if (line.type === 'LOOSE') this.#found('Planted', null, line.recordId, 'it is in no link of the chain and waits for none');
    else if (line.type === 'MISFILED')
      this.#found(
        'Misfiled',
        null,
        line.recordId,
        'lists and filters do not find it where it was sealed, by what it says, or by the changes that it carried',
      );
    else if (line.type === 'NO_TEXT')
      this.#found('TextDeleted', null, line.sha256, `it is gone, and ${line.recordId}, which has it, is too young for that`);
    else if (line.type === 'END') this.end = line;
    else if (sha256Hex(line.text) !== line.sha256)
      this.#found('TextEdited', null, line.sha256, 'the text is another one than its hash says');
  }

  /** Called after the last line. */
  finish(): void {
    if (this.end === null) {
      this.#found('Incomplete', this.head.seq, '', 'the answer broke off; what comes later was not looked at');
      return;
    }
    this.#reach(this.end);
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

  /** A tail that was cut is missed by what else tells of it, before any checkpoint was made of it; one that was put on is known by what else does not tell of it. */
  #reach({ recorded, revision }: ChainLine & { readonly type: 'END' }): void {
    if (this.#chain === 'changes' && recorded < revision)
      this.#found('Cut', this.head.seq, '', `the cluster is at revision ${revision}, and the newest change that is there is ${recorded}`);
    if (this.#chain === 'changes' && recorded > revision)
      this.#found('Planted', null, '', `the cluster is at revision ${revision}, and a change of revision ${recorded} is there`);
    const furthest = this.#furthest;
    if (furthest !== null && furthest.toRevision > this.#upToRevision)
      this.#found(
        'Cut',
        furthest.seq,
        furthest.id,
        `its node signed for revision ${furthest.toRevision}, and the cluster is at ${this.#upToRevision}: changes were cut, or the database restored from a dump`,
      );
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
    const { id, node, toRevision, signature } = receipt;
    if (!this.#keys.vouchFor(receipt)) this.#found('Forged', seq, id, `no key of ${node} vouches for it`);
    else if (signature !== null && toRevision > (this.#furthest?.toRevision ?? 0)) this.#furthest = { id, seq, toRevision };
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
  /** Revision of the cluster when the end of the chain of changes was read: nodes cannot have signed for later ones. Nothing is held against it unless given. */
  readonly revision?: number;
}

/**
 * Looks at every line of a chain: whether each record is what was sealed, each link follows from the one before, and the chain is the one that checkpoints were made of.
 */
export async function verifyChain(
  chain: ChainName,
  lines: AsyncIterable<ChainLine>,
  evidence: Evidence,
  findings: Findings,
): Promise<VerifiedChain> {
  const { upTo = Number.MAX_SAFE_INTEGER } = evidence;
  const walk = new Walk(chain, evidence, findings);
  for await (const line of lines) if (line.type !== 'LINK' || line.seq <= upTo) walk.take(line);
  walk.finish();
  return {
    head: walk.head,
    anchoredAt: walk.anchoredAt,
    waiting: walk.end?.waiting ?? 0,
    revision: walk.end?.revision ?? Number.MAX_SAFE_INTEGER,
  };
}
