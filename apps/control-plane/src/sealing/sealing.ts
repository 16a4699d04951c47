import { Inject, Injectable } from '@nestjs/common';
import { type Checkpoint, ProblemError } from '@weft/model';
import type { Store } from '@weft/store';
import type { Logger, Signer } from '@weft/telemetry';
import { BackgroundLoop } from '../background-loop.ts';
import type { Config } from '../config.ts';
import { CONFIG, LOG, STORE } from '../tokens.ts';
import { checkpointSigner } from './checkpoint-key.ts';

/** How long a record waits for its seal at most, in ms, when all is well. */
const PERIOD_MS = 1_000;

/** Seals records in a loop of its own. Every replica tries; the database lets one of them. */
@Injectable()
export class Sealing {
  private readonly signer: Signer | null;
  private readonly loop = new BackgroundLoop(PERIOD_MS, () => this.turn());

  /** Throws StartupError. */
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CONFIG) config: Config,
    @Inject(LOG) private readonly log: Logger,
  ) {
    const { WEFT_CHECKPOINT_KEY_FILE: keyFile } = config;
    this.signer = keyFile === undefined ? null : checkpointSigner(keyFile);
    if (this.signer !== null) log.info({ publicKey: this.signer.publicKey }, 'checkpoints are signed');
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** Seals what waits and signs where the chains stand. Throws ProblemError Unavailable without a key. */
  async checkpoint(): Promise<Checkpoint> {
    if (this.signer === null)
      throw new ProblemError('Unavailable', 'this control plane has no key to sign with: set WEFT_CHECKPOINT_KEY_FILE');
    await this.sealAll();
    return this.store.sealing.checkpoint(this.signer);
  }

  /** The same, where there is a key. */
  async keepCheckpoint(): Promise<void> {
    if (this.signer !== null) await this.checkpoint();
  }

  private async turn(): Promise<void> {
    try {
      await this.sealAll();
    } catch (error) {
      this.log.warn({ err: error }, 'records cannot be sealed; it is tried again');
    }
  }

  private async sealAll(): Promise<void> {
    while ((await this.store.sealing.seal()) > 0);
  }
}
