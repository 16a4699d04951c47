import type { ChainName } from '../resources/chain.ts';

/** Ways in which records can turn out not to be what was recorded. */
export const FINDINGS = {
  Edited: 'a record is not what was sealed',
  Deleted: 'a record that was sealed is gone',
  Planted: 'a record is in no link of the chain and waits for none, or a change is beyond the revision of the cluster',
  Misfiled: 'a record is not found where it was sealed, by what it says, or by the changes that it carried',
  Broken: 'a link is not what was written',
  Cut: 'the chain ends before a checkpoint, the revision of the cluster, or one that a node has signed for',
  Rewritten: 'the chain is another one than at a checkpoint',
  Forged: 'no key of the node vouches for a receipt',
  TextEdited: 'the text of a step is not what its hash says',
  TextDeleted: 'the text of a step is gone before its time',
  CheckpointRefused: 'the signature of a checkpoint does not match',
  Incomplete: 'the control plane stopped before the end',
} as const;

export type FindingKind = keyof typeof FINDINGS;

/** Something that is not as it was recorded. */
export interface Finding {
  readonly kind: FindingKind;
  /** Null for what is about no chain. */
  readonly chain: ChainName | null;
  /** Number of the link; null for what has none. */
  readonly seq: number | null;
  /** Id of the audit event, receipt or checkpoint, or the hash of a text. */
  readonly about: string;
  readonly message: string;
}

/** Findings that are listed; more are counted. */
const LISTED = 100;

/** What was found so far: whoever tampers with everything must not fill the verifier's memory. */
export class Findings {
  readonly listed: Finding[] = [];
  count = 0;

  add(finding: Finding): void {
    this.count += 1;
    if (this.listed.length < LISTED) this.listed.push(finding);
  }
}
