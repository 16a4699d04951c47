/** How many seconds of its rate somebody may use up at once: a script that makes some hundred objects and is done never waits. */
export const BURST_SECONDS = 5;

/** Most buckets that are kept. Beyond that the one that was used longest ago is thrown away: whoever makes up names gains one burst for each, which authentication refuses. */
const BUCKETS_KEPT = 10_000;

interface Bucket {
  /** Requests that are still allowed, as of `at`. */
  readonly left: number;
  /** In seconds. */
  readonly at: number;
}

/** A token bucket for each of those who send requests: so many a second, and `BURST_SECONDS` of that at once after a pause. */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();
  private readonly perSecond: number;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  /** True when one more request may come at this time, in seconds by any clock that only goes forward. */
  allows(key: string, now: number): boolean {
    const left = this.leftIn(this.buckets.get(key), now);
    if (left < 1) return false;
    // Set anew, it is the last in the map's order, which is that of insertion.
    this.buckets.delete(key);
    this.buckets.set(key, { left: left - 1, at: now });
    if (this.buckets.size > BUCKETS_KEPT) this.forgetOldest();
    return true;
  }

  /** How many are remembered. */
  get size(): number {
    return this.buckets.size;
  }

  private leftIn(bucket: Bucket | undefined, now: number): number {
    const full = this.perSecond * BURST_SECONDS;
    return bucket === undefined ? full : Math.min(full, bucket.left + (now - bucket.at) * this.perSecond);
  }

  private forgetOldest(): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}
