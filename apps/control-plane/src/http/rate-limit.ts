/** How many seconds of its rate somebody may use up at once: a script that makes some hundred objects and is done never waits. */
const BURST_SECONDS = 5;

/** Buckets beyond which those that are full again, and so say nothing, are thrown away. */
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
    this.buckets.set(key, { left: left - 1, at: now });
    if (this.buckets.size > BUCKETS_KEPT) this.forget(now);
    return true;
  }

  private leftIn(bucket: Bucket | undefined, now: number): number {
    const full = this.perSecond * BURST_SECONDS;
    return bucket === undefined ? full : Math.min(full, bucket.left + (now - bucket.at) * this.perSecond);
  }

  private forget(now: number): void {
    for (const [key, bucket] of this.buckets) if (this.leftIn(bucket, now) >= this.perSecond * BURST_SECONDS) this.buckets.delete(key);
  }
}
