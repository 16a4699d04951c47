import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type AnyCall, PCAP_TYPE } from '@weft/contract';
import { AskError, type Asker } from '@weft/jobs';
import { type CaptureTerms, type ObjectReference, ProblemError } from '@weft/model';
import type { Store } from '@weft/store';
import { errorChain, type Logger } from '@weft/telemetry';
import { contextOf } from '../changes/changes.ts';
import { caughtUp } from '../http/caught-up.ts';
import { Reply } from '../http/reply.ts';
import { ASKER, LOG, STORE } from '../tokens.ts';
import { Allowance } from './allowance.ts';
import { type CapturePlace, NodeCapture } from './node-capture.ts';
import { LINK_TYPES, type LinkType, pcapHeader } from './pcap.ts';

/** As many captures may be sent by one replica at a time. */
export const CAPTURES_MAX = 20;

/** How long to wait after a read that found nothing, in ms. */
const READ_EVERY_MS = 200;

/** Nodes end a capture after its time by themselves. One that has not by so many ms later is not waited for. */
const LATE_MS = 15_000;

/** What is to be captured: the object that was asked for, and where its packets are. */
export interface CaptureRequest {
  readonly about: ObjectReference;
  readonly places: readonly CapturePlace[];
  readonly terms: CaptureTerms;
}

/** Begins on every node. Throws ProblemError. */
async function begin(captures: readonly NodeCapture[], terms: CaptureTerms, gone: AbortSignal): Promise<void> {
  const refusals = await Promise.all(captures.map((capture) => capture.start(terms, gone))).catch((error: unknown) => {
    if (!(error instanceof AskError)) throw error;
    throw new ProblemError('Unavailable', `a node does not capture: ${error.message}`, [], { cause: error });
  });
  const message = refusals.find((refusal) => refusal !== null);
  if (message !== undefined) throw new ProblemError('ValidationFailed', message, [{ pointer: 'query/filter', code: 'Refused', message }]);
}

/** Ends what nodes capture. One that cannot be reached ends by itself. */
async function stop(captures: readonly NodeCapture[]): Promise<void> {
  await Promise.allSettled(captures.map((capture) => capture.stop()));
}

/** Reads and sends until every node has ended, the terms are used up or the client is gone. Throws Error when there was more that was not sent. */
async function pump(
  captures: readonly NodeCapture[],
  terms: CaptureTerms,
  allowance: Allowance,
  body: PassThrough,
  gone: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + terms.seconds * 1_000 + LATE_MS;
  const going = () => captures.filter(({ over }) => !over);
  while (going().length > 0 && !allowance.used && !body.destroyed && !gone.aborted && performance.now() < deadline) {
    const read = await Promise.all(going().map((capture) => capture.read(gone)));
    const records = allowance.take(read.flat());
    for (const { bytes } of records) body.write(bytes);
    await caughtUp(body);
    // What others still capture would look as if it were all.
    const [lost] = captures.flatMap((capture) => capture.lost ?? []);
    if (lost !== undefined && !body.destroyed && !gone.aborted) throw new Error(`it was cut short: ${lost}`);
    if (records.length === 0) await sleep(READ_EVERY_MS);
  }
  if (body.destroyed || gone.aborted) return;
  if (going().length > 0 && !allowance.used) throw new Error('its time was over before it was read to its end');
}

/** Sends what nodes capture to whoever asked for it, for as long as they listen. */
@Injectable()
export class Captures {
  private readonly open = new Set<PassThrough>();

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(ASKER) private readonly asker: Asker,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Records that somebody captures, begins it on every node, and answers with a stream that has its packets as they come. Throws ProblemError. */
  async send(call: AnyCall, { about, places, terms }: CaptureRequest): Promise<Reply> {
    if (this.open.size >= CAPTURES_MAX) throw new ProblemError('Unavailable', `this replica sends ${CAPTURES_MAX} captures already`);
    const body = new PassThrough();
    this.register(body);
    const linkType: LinkType = places.some(({ pod }) => pod === null) ? LINK_TYPES.cookedLinux2 : LINK_TYPES.ethernet;
    const captures = places.map((place) => new NodeCapture(this.asker, place, linkType));
    try {
      await this.store.captures.record(contextOf(call), about, terms);
      await begin(captures, terms, call.gone);
    } catch (error) {
      body.destroy();
      await stop(captures);
      throw error;
    }
    const header = pcapHeader(terms.snaplen, linkType);
    body.write(header);
    void pump(captures, terms, new Allowance(terms, header.length), body, call.gone)
      .then(() => body.end())
      .catch((error: unknown) => {
        this.log.warn({ why: errorChain(error), requestId: call.requestId }, 'a capture ended early');
        // Broken off, not ended: what is not whole must not look whole.
        body.destroy(new Error('the capture is not whole'));
      })
      .finally(() => stop(captures));
    return new Reply(body, { 'Content-Type': PCAP_TYPE });
  }

  /** Ends all captures: the process is going down. */
  stop(): void {
    for (const body of this.open) body.destroy();
  }

  private register(body: PassThrough): void {
    this.open.add(body);
    // A client that went away is no error; `destroyed` tells.
    body.on('error', () => undefined);
    body.once('close', () => this.open.delete(body));
  }
}
