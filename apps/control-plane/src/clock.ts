/** Resolves after that many milliseconds, or as soon as the signal is aborted; never rejects. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** A bell: whoever waits for it is woken by the next ring. */
export class Bell {
  private next = Promise.withResolvers<void>();

  ring(): void {
    const { resolve } = this.next;
    this.next = Promise.withResolvers();
    resolve();
  }

  /** Resolves with the next ring, or after that many milliseconds. */
  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const end = () => stop.abort();
    signal?.addEventListener('abort', end, { once: true });
    try {
      await Promise.race([this.next.promise, signal?.aborted ? undefined : pause(milliseconds, stop.signal)]);
    } finally {
      stop.abort();
      signal?.removeEventListener('abort', end);
    }
  }
}
