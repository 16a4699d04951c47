import { PassThrough } from 'node:stream';
import { caughtUp } from '../http/caught-up.ts';

/** How much may wait for a client that does not read, in bytes; beyond it the watch is cut off. */
const BACKLOG_LIMIT = 4 * 1024 * 1024;

/** How much waits before an initial list pauses for its client, in bytes. */
const PACE = 64 * 1024;

/** A stream of server-sent events (HTML Living Standard §9.2). */
export class EventStream {
  readonly body = new PassThrough({ highWaterMark: PACE });
  private readonly onCutOff: () => void;

  constructor(onCutOff: () => void) {
    this.onCutOff = onCutOff;
    // A client that went away is no error; `closed` tells.
    this.body.on('error', () => undefined);
    // Proxies and clients see the headers at once, before anything happens.
    this.body.write(': weft\n\n');
  }

  get closed(): boolean {
    return this.body.destroyed || this.body.writableEnded;
  }

  /** Calls back when the client has gone or the stream was ended. */
  onClose(listener: () => void): void {
    this.body.once('close', listener);
  }

  /** Sends one event. Without an id the client's Last-Event-ID stays what it was. */
  send(id: string | null, data: unknown): void {
    if (this.closed) return;
    this.body.write(`${id === null ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
    if (this.body.writableLength + this.body.readableLength <= BACKLOG_LIMIT) return;
    this.onCutOff();
    this.body.destroy();
  }

  /** Resolves when the client has read most of what was sent, or is gone. */
  caughtUp(): Promise<void> {
    return caughtUp(this.body);
  }

  end(): void {
    if (!this.closed) this.body.end();
  }
}
