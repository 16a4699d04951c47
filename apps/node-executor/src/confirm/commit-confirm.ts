import { type DesiredState, fingerprint } from '@weft/model';
import type { Logger } from '@weft/telemetry';
import type { Wanted } from '../dataplane/compilation.ts';
import { type Failure, failure } from '../failure.ts';
import type { ConfirmFile, ConfirmRecord } from './confirm-file.ts';
import { decide, dueAt } from './decide.ts';
import { type NetworkInputs, networkKey } from './network-part.ts';

/** What it stands on. */
export interface CommitConfirmParts {
  readonly file: ConfirmFile;
  /** How long the control plane may be out of reach after a change of the node's own network, in ms. */
  readonly limitMs: number;
  /** Milliseconds since 1970, by a clock that goes on across restarts. */
  readonly now: () => number;
  readonly log: Logger;
}

const NOTHING = { confirmed: null, pending: null, refused: null };

interface Named {
  readonly nodeId: string;
  readonly inputs: NetworkInputs;
  readonly key: string | null;
}

/**
 * Commit-confirm, as network gear has it: a change of the node's own network after which the control plane cannot be reached is taken back, so that no change can
 * cut a node off for good. Services and pods go on being updated meanwhile; only what the node's network follows from stays as it was.
 */
export class CommitConfirm {
  readonly #parts: CommitConfirmParts;
  #record: ConfirmRecord | null = null;
  #named: Named | null = null;
  /** The state that was let through last: what contact with the control plane confirms. Null: the last one was held back. */
  #through: { readonly desired: DesiredState; readonly key: string } | null = null;
  #failure: Failure | null = null;

  constructor(parts: CommitConfirmParts) {
    this.#parts = parts;
  }

  /** Reads what an earlier executor left. */
  async load(): Promise<void> {
    const { record, movedTo } = await this.#parts.file.load();
    if (movedTo !== null) this.#parts.log.error({ movedTo }, 'what was confirmed of the network cannot be read');
    // A clock that was set back must not put off what is due.
    const pending = record?.pending ? { ...record.pending, since: Math.min(record.pending.since, this.#parts.now()) } : null;
    this.#record = record === null ? null : { ...record, pending };
  }

  /** When there is something to decide again, in ms since 1970. */
  get dueAt(): number {
    const { pending, refused } = this.#record ?? NOTHING;
    // What was refused is of no interest while something else is wanted.
    return dueAt({ pending, refused: this.#failure === null ? null : refused }, this.#parts.limitMs);
  }

  /** Why the node's network is not what it should be; null: it is, or may be yet. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /**
   * The state to bring the host to when one is wanted: that one, or the same with the network that is known to work. To be called before every apply: what has to be
   * confirmed is on disk when this resolves.
   */
  async admit(wanted: Wanted): Promise<Wanted> {
    const { nodeId, desired } = wanted;
    const key = this.#keyOf(nodeId, desired);
    if (key === null) return wanted;
    const { now, limitMs, log } = this.#parts;
    const record = this.#recordOf(nodeId);
    const { confirmed, pending, refused } = record;
    const verdict = decide(key, { confirmed: confirmed?.key ?? null, pending, refused }, now(), limitMs);
    if (verdict === 'try' && pending?.key !== key) {
      log.info({ revision: desired.revision }, "the node's own network changes: the control plane has to be reached with it");
      await this.#keep({ ...record, pending: { key, revision: desired.revision, since: now() } });
    }
    if (verdict === 'take-back') {
      log.error(
        { revision: desired.revision },
        "the control plane is out of reach since the node's own network changed: the change is taken back",
      );
      const times = refused?.key === key ? refused.times + 1 : 1;
      await this.#keep({ ...record, pending: null, refused: { key, revision: desired.revision, at: now(), times, reached: false } });
    }
    if ((verdict === 'apply' || verdict === 'hold-back') && pending !== null) await this.#keep({ ...record, pending: null });
    const heldBack = verdict === 'take-back' || verdict === 'hold-back' ? confirmed : null;
    this.#through = heldBack === null ? { desired, key } : null;
    this.#failure = heldBack === null ? null : this.#notConfirmed(heldBack.revision);
    return heldBack === null ? wanted : withNetworkOf(wanted, heldBack);
  }

  /** The control plane has answered since the last state was applied. */
  async reached(nodeId: string): Promise<void> {
    const record = this.#recordOf(nodeId);
    const { confirmed, refused } = record;
    const through = this.#through;
    if (through === null) {
      if (refused !== null && !refused.reached) await this.#keep({ ...record, refused: { ...refused, reached: true } });
      return;
    }
    const { key } = through;
    const { epoch, revision, cluster, nodes } = through.desired;
    const next = { ...record, confirmed: { key, epoch, revision, cluster, nodes } };
    // The same network at a later revision is not worth a write.
    if (confirmed?.cluster === cluster && confirmed.nodes === nodes) this.#record = next;
    else await this.#keep({ ...next, pending: null, refused: refused?.key === key ? null : refused });
  }

  #notConfirmed(revision: number): Failure {
    const limit = this.#parts.limitMs / 1000;
    return failure(
      'NotConfirmed',
      `revision ${this.#record?.refused?.revision} changed the node's own network, and the control plane was out of reach for ${limit} s after it: its network is that of ` +
        `revision ${revision} again; the change is tried again when it is another one, or after a while`,
    );
  }

  #recordOf(nodeId: string): ConfirmRecord {
    return this.#record?.nodeId === nodeId ? this.#record : { nodeId, ...NOTHING };
  }

  #keyOf(nodeId: string, { cluster, nodes }: DesiredState): string | null {
    const named = this.#named;
    if (named?.nodeId === nodeId && named.inputs.cluster === cluster && named.inputs.nodes === nodes) return named.key;
    const inputs = { cluster, nodes };
    const key = networkKey(nodeId, inputs);
    this.#named = { nodeId, inputs, key };
    return key;
  }

  /** A full disk must not keep a node from going back: what cannot be written holds in memory. */
  async #keep(record: ConfirmRecord): Promise<void> {
    this.#record = record;
    try {
      await this.#parts.file.keep(record);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'what has to be confirmed of the network cannot be written');
    }
  }
}

/** A state with the network of another one. Its revision is that network's: nobody is told that the newer one is applied. */
function withNetworkOf(wanted: Wanted, { cluster, nodes, epoch, revision, key }: NonNullable<ConfirmRecord['confirmed']>): Wanted {
  const { desired, checksum } = wanted;
  return {
    ...wanted,
    desired: { ...desired, cluster, nodes, revision: epoch === desired.epoch ? Math.min(revision, desired.revision) : 0 },
    checksum: fingerprint([checksum, key]),
    delta: null,
  };
}
