import { makeId } from '@weft/model';
import type { Host } from '@weft/reconcile';
import { errorChain } from '@weft/telemetry';
import { ownNode } from '../compilation.ts';
import type { Dataplane } from '../dataplane.ts';
import { verificationReceipt } from '../decide/receipt.ts';
import type { RecorderParts } from '../recorder.ts';
import { foundHash } from './found-hash.ts';
import { expected, type Standing } from './standing.ts';

/** What reading back stands on. */
export interface ReadBackParts extends RecorderParts {
  readonly host: Pick<Host, 'observe'>;
  readonly dataplane: () => Pick<Dataplane, 'standing' | 'applies'>;
  /** Does something while nothing is done to the host. */
  readonly still: <T>(work: () => Promise<T>) => Promise<T>;
  /** Called when a receipt was written, with whether the kernel holds what it should. */
  readonly onRead: (asExpected: boolean) => void;
  /** How soon after an apply the kernel is read, in ms: what is applied meanwhile is read with it. */
  readonly soonMs: number;
}

/** Reading takes at most one part in so many of the time, however much there is to read. */
const REST = 20;

/**
 * Reads the kernel back, some time after it was written, and puts down in a receipt whether it holds what it should: what tools said of themselves is only what they said.
 * Nobody waits for it; when something is applied meanwhile, it reads again.
 */
export class ReadBack {
  readonly #parts: ReadBackParts;
  #timer: NodeJS.Timeout | null = null;
  #reading = false;
  #closed = false;
  /** How many applies there had been when it was read last. */
  #readAt = -1;
  #notBefore = 0;

  constructor(parts: ReadBackParts) {
    this.#parts = parts;
  }

  /** Says that nothing is done to the host any more. */
  settled(): void {
    const { dataplane, soonMs } = this.#parts;
    const { standing, applies } = dataplane();
    if (this.#closed || this.#reading || this.#timer !== null || standing === null || applies === this.#readAt) return;
    this.#timer = setTimeout(() => void this.#read(), Math.max(soonMs, this.#notBefore - performance.now()));
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    this.#timer = null;
    this.#reading = true;
    const startedAt = performance.now();
    try {
      await this.#compare(startedAt);
    } catch (error) {
      this.#parts.log.warn({ why: errorChain(error) }, 'the kernel could not be read back');
    }
    this.#reading = false;
    const now = performance.now();
    this.#notBefore = now + (now - startedAt) * REST;
    this.settled();
  }

  async #compare(startedAt: number): Promise<void> {
    const { host, dataplane, still } = this.#parts;
    const { standing, applies } = dataplane();
    if (standing === null) return;
    const at = this.#parts.now();
    const observed = await host.observe(standing.compilation.fixed.sysctls, { pods: true });
    const found = foundHash(standing.compilation, observed);
    await still(async () => {
      const now = dataplane();
      if (now.applies === applies && now.standing !== null) await this.#record(now.standing, found, at, performance.now() - startedAt);
    });
  }

  async #record(standing: Standing, found: string, at: number, durationMs: number): Promise<void> {
    const { spool, newIdBody, dataplane, onRead, log } = this.#parts;
    const { wanted, hash } = standing.compilation;
    const { revision } = wanted.desired;
    this.#readAt = dataplane().applies;
    const should = expected(standing);
    if (should.rulesHash === null) return;
    const startedAt = new Date(at).toISOString();
    const receipt = verificationReceipt(
      {
        id: makeId('receipt', newIdBody()),
        fromRevision: revision,
        toRevision: revision,
        cause: 'verification',
        backend: ownNode(wanted)?.backend ?? '',
        startedAt,
        configHash: hash,
      },
      { durationMs, ...should, readBack: { rulesHash: found, at: startedAt } },
    );
    const asExpected = receipt.outcome === 'applied';
    if (!asExpected) log.warn({ revision, expected: should.rulesHash, found }, 'the kernel holds something else than was applied');
    try {
      await spool.put(receipt, 'done');
    } catch (error) {
      log.error({ err: error }, 'the state directory cannot be written');
    }
    onRead(asExpected);
  }
}
