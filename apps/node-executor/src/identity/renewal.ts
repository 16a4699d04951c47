import { ApiError } from '@weft/sdk';
import { errorChain, type Logger } from '@weft/telemetry';
import { type Credential, kept } from './credential.ts';
import type { CredentialFile } from './credential-file.ts';
import type { IdentityApi } from './identity-api.ts';
import { currentReceiptKey, publicReceiptKey } from './receipt-key.ts';

/** How long to wait after an attempt that failed, and how often to look at the clock, which somebody may have set. In ms. */
const LOOK_EVERY_MS = 60_000;

/** What renews the credential of this host. */
export interface RenewalParts {
  readonly file: CredentialFile;
  readonly api: Pick<IdentityApi, 'rotate'>;
  /** Called with every credential that is in force from now on. */
  readonly onRenewed: (credential: Credential) => void;
  /** Ms since 1970, by the clock that `renewAt` is reckoned by. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Gets a new credential before the one in use ends, for as long as the executor runs. */
export class Renewal {
  readonly #parts: RenewalParts;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #running: Promise<void> = Promise.resolve();
  #complaint = '';

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#look();
  }

  /**
   * Renews the credential when it is time. The new one is on disk before it is used: a host that dies in between goes on with the old one, which works until the new one is
   * used, or with the new one, which works from the start.
   */
  async #look(): Promise<void> {
    const { file, api, onRenewed, now, log } = this.#parts;
    let pause = LOOK_EVERY_MS;
    try {
      const credential = await file.read();
      const left = credential.receiptKey === undefined ? 0 : credential.renewAt - now();
      if (left > 0) pause = Math.min(left, LOOK_EVERY_MS);
      else {
        const receiptKey = currentReceiptKey(credential.receiptKey, now());
        const renewed = kept(await api.rotate(credential.token, publicReceiptKey(receiptKey)), receiptKey, now());
        await file.write(renewed);
        onRenewed(renewed);
        log.info({ node: renewed.node.name }, 'credential renewed');
        pause = 0;
      }
      this.#complaint = '';
    } catch (error) {
      const ended = error instanceof ApiError && error.code === 'Unauthenticated';
      const advice = ended ? '; it was revoked or has ended: join again with `weft node join`' : '; trying again';
      const complaint = `the credential cannot be renewed: ${errorChain(error)}${advice}`;
      log[complaint === this.#complaint ? 'debug' : 'warn'](complaint);
      this.#complaint = complaint;
    }
    if (!this.#closed) this.#timer = setTimeout(() => this.start(), pause);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }
}
