import type { LeaseRenewalAnswer } from '@weft/model';
import { errorChain, type Logger } from '@weft/telemetry';
import { chaseMs, jittered } from '../decide/backoff.ts';
import { type ControlPlane, ControlPlaneError } from './control-plane.ts';

/** Whose lease is kept. */
export interface LeaseHolder {
  /** The session to renew; null: there is none, or the holder does not live any more. */
  leaseSession(): string | null;
  /** Takes note of an answer; true when it says that there is something to do. */
  renewed(answer: LeaseRenewalAnswer): boolean;
  /** True while there is something to do of what an answer says. */
  lacks(answer: LeaseRenewalAnswer): boolean;
  /** A session is no more. */
  takenOver(session: string): void;
}

export interface LeaseParts {
  readonly controlPlane: Pick<ControlPlane, 'renewLease'>;
  readonly holder: LeaseHolder;
  /** Called with where Redis is, whenever an answer says so; see LeaseRenewalAnswer. */
  readonly onRedis: (url: string | null) => void;
  /** Has the holder look for what there is to do. */
  readonly wake: () => void;
  /** False: no hint can come, for want of Redis. */
  readonly hinted: () => boolean;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
}

/** How often to look for a session while there is none, in ms. */
const IDLE_MS = 1_000;
const FIRST_HEARTBEAT_SECONDS = 10;
/** A renewal that got no answer is sent again after this part of a heartbeat. */
const RETRY = 0.2;

/** Says again and again that an executor lives, on a timer of its own: one that is busy for a minute with the kernel is not dead. */
export class Lease {
  readonly #parts: LeaseParts;
  #heartbeatSeconds = FIRST_HEARTBEAT_SECONDS;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #closed = false;
  #complained = false;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.#next(0);
  }

  /** Says nothing more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#looking);
  }

  #next(inMs: number): void {
    if (!this.#closed) this.#timer = setTimeout(() => void this.#round(), inMs);
  }

  async #round(): Promise<void> {
    const { holder, controlPlane, onRedis, wake, hinted, random } = this.#parts;
    const session = holder.leaseSession();
    if (session === null) return this.#next(IDLE_MS);
    try {
      const answer = await controlPlane.renewLease({ session });
      this.#heartbeatSeconds = answer.heartbeatSeconds;
      this.#complained = false;
      if (holder.renewed(answer) && !this.#closed) {
        if (hinted()) this.#lookSoon(answer);
        else wake();
      }
      if (answer.redisUrl !== undefined) onRedis(answer.redisUrl);
      this.#next(jittered(this.#heartbeatSeconds * 1_000, random()));
    } catch (error) {
      this.#failed(error, session);
      this.#next(jittered(this.#heartbeatSeconds * 1_000 * RETRY, random()));
    }
  }

  /**
   * Has the holder look for what an answer told of, unless a hint has done so until then: in a storm of changes every answer tells of something that its turn brings to
   * each node.
   */
  #lookSoon(answer: LeaseRenewalAnswer): void {
    this.#looking ??= setTimeout(
      () => {
        this.#looking = undefined;
        if (this.#parts.holder.lacks(answer)) this.#parts.wake();
      },
      chaseMs(this.#heartbeatSeconds * 1_000),
    );
  }

  /** One line when it begins to fail; what else the executor says tells the rest. */
  #failed(error: unknown, session: string): void {
    const { holder, wake, log } = this.#parts;
    if (!this.#complained) log.warn({ why: errorChain(error) }, 'the lease was not renewed');
    this.#complained = true;
    if (!(error instanceof ControlPlaneError)) return;
    if (error.code === 'StaleSession') holder.takenOver(session);
    else if (error.removedNode === null) return;
    wake();
  }
}
