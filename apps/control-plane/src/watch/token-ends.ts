import { Inject, Injectable } from '@nestjs/common';
import type { Store } from '@weft/store';
import { pause } from '../clock.ts';
import { STORE } from '../tokens.ts';
import type { EventStream } from './event-stream.ts';

/** How often to ask which tokens still hold, in ms. However many streams are open, it is one question. */
const LOOK_EVERY_MS = 1000;

/** Ends streams with the token they were opened with: whoever was shut out hears nothing more. */
@Injectable()
export class TokenEnds {
  private readonly streams = new Map<EventStream, string>();
  private looking: AbortController | null = null;

  constructor(@Inject(STORE) private readonly store: Store) {}

  /** From now on the stream ends within a second of the token's end. */
  endWith(tokenId: string, stream: EventStream): void {
    this.streams.set(stream, tokenId);
    stream.onClose(() => {
      this.streams.delete(stream);
      if (this.streams.size === 0) this.looking?.abort();
    });
    if (this.looking === null || this.looking.signal.aborted) void this.look();
  }

  private async look(): Promise<void> {
    this.looking = new AbortController();
    const { signal } = this.looking;
    while (!signal.aborted) {
      await pause(LOOK_EVERY_MS, signal);
      if (!signal.aborted) await this.endThoseOver();
    }
  }

  private async endThoseOver(): Promise<void> {
    const holding = await this.store.tokens.holding([...new Set(this.streams.values())]).catch(() => null);
    // Without the database there is no telling, and nothing new for anybody to hear.
    if (holding === null) return;
    for (const [stream, tokenId] of this.streams) if (!holding.has(tokenId)) stream.end();
  }
}
