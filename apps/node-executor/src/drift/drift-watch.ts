import { aboutOf, type HostMonitor, isAboutPods, isSuspicious, type Notice, type NoticedBy, type SilentPart } from '@weft/host';
import type { KernelProcess, NodeConfig } from '@weft/kernel';
import { Paces } from './paces.ts';

/** What first told that something may be otherwise than it was left. */
export interface Evidence {
  readonly by: NoticedBy;
  /** Who did it; null: nobody says. */
  readonly process: KernelProcess | null;
  /** In ms since 1970. */
  readonly at: number;
}

/** What a watch stands on. */
export interface DriftWatchParts {
  readonly monitor: HostMonitor;
  /** What is on the host as far as is known; null: it is being changed, or nobody knows. */
  readonly believed: () => NodeConfig | null;
  /** True while the host is being changed or looked at. */
  readonly busy: () => boolean;
  /** Asks for a look at the host. */
  readonly look: (what: 'host' | 'pods') => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Notices that are kept until they are judged; beyond that nothing is known but that something happened. */
const NOTICES_MAX = 1_024;

/** How long notices are collected before they are judged, in ms: what belongs together comes together. */
const TOGETHER_MS = 10;

/** At least so long lies between two looks that only confirm what was read, in ms. */
const CONFIRM_MS = 10_000;

/**
 * Hears what happens on the host and asks for a look when somebody else changed something of ours. What we do ourselves is heard as well: it is judged when we are done, and then
 * it is what should be there.
 */
export class DriftWatch {
  readonly #parts: DriftWatchParts;
  readonly #paces = new Paces();
  readonly #notices = new Map<string, Notice>();
  #evidence: Evidence | null = null;
  /** What the evidence is about. */
  #suspects = new Set<string>();
  #judging: NodeJS.Timeout | null = null;
  #asking: { readonly timer: NodeJS.Timeout; readonly at: number } | null = null;
  #confirming: NodeJS.Timeout | null = null;
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #scope: 'host' | 'pods' = 'host';
  /** What silent parts were like when all was as it should be; null: not read since. */
  #content: string | null = null;

  constructor(parts: DriftWatchParts) {
    this.#parts = parts;
  }

  /** How many monitors do not listen. */
  get deaf(): number {
    return this.#parts.monitor.deaf;
  }

  start(): void {
    this.#parts.monitor.start((notice) => this.#hear(notice));
  }

  /** Has parts read again and again of which no monitor tells. */
  watchContent(parts: readonly SilentPart[]): void {
    this.#parts.monitor.watchContent(parts);
  }

  /** Something has been heard of a change since the last look. */
  get hasEvidence(): boolean {
    return this.#evidence !== null;
  }

  /** What has been heard of a change since the last look; takes it away. */
  takeEvidence(): Evidence | null {
    const evidence = this.#evidence;
    this.#evidence = null;
    return evidence;
  }

  /** Says that the host was looked at because of what was heard, and what that found: a text that is the same for the same things. */
  looked(found: string): void {
    this.#paces.looked(this.#parts.now(), this.#suspects, found);
    this.#suspects.clear();
  }

  /** Says that nothing is done to the host any more; `wrote`: something was. */
  settled(wrote: boolean): void {
    if (wrote) {
      this.#content = null;
      this.#parts.monitor.forgetContent();
    }
    if (this.#notices.size > 0) this.#judgeSoon();
  }

  close(): void {
    this.#parts.monitor.close();
    for (const timer of [this.#judging, this.#asking?.timer ?? null, this.#confirming]) if (timer !== null) clearTimeout(timer);
  }

  #hear(notice: Notice): void {
    if (notice.what === 'content') {
      this.#compare(notice);
      return;
    }
    if (this.#notices.size >= NOTICES_MAX) this.#notices.set('lost', { by: 'ip-monitor', what: 'lost' });
    else this.#notices.set(aboutOf(notice), notice);
    this.#judgeSoon();
  }

  #compare(notice: Extract<Notice, { what: 'content' }>): void {
    if (this.#parts.busy()) return;
    if (this.#content === notice.hash) return;
    const known = this.#content !== null;
    this.#content = notice.hash;
    if (known) this.#suspect(notice);
    else this.#confirmSoon(notice);
  }

  /** What is read first after we changed something may be somebody else's already: a look tells, but not after each of many changes. */
  #confirmSoon(notice: Notice): void {
    const { now } = this.#parts;
    this.#confirming ??= setTimeout(
      () => {
        this.#confirming = null;
        this.#confirmedAt = now();
        this.#suspect(notice);
      },
      Math.max(this.#confirmedAt + CONFIRM_MS - now(), 0),
    );
  }

  #judgeSoon(): void {
    this.#judging ??= setTimeout(() => {
      this.#judging = null;
      this.#judge();
    }, TOGETHER_MS);
  }

  #judge(): void {
    // Whoever is at work says so when it is done.
    if (this.#parts.busy()) return;
    const believed = this.#parts.believed();
    const notices = [...this.#notices.values()];
    this.#notices.clear();
    if (believed === null) return;
    for (const notice of notices) if (isSuspicious(believed, notice)) this.#suspect(notice);
  }

  #suspect(notice: Notice): void {
    const { now } = this.#parts;
    const about = aboutOf(notice);
    const process = notice.what === 'rules' ? notice.process : null;
    // A process that is named says more than where it was noticed first.
    if (this.#evidence === null || (this.#evidence.process === null && process !== null))
      this.#evidence = { by: notice.by, process, at: this.#evidence?.at ?? now() };
    if (isAboutPods(notice)) this.#scope = 'pods';
    this.#suspects.add(about);
    this.#askAt(Math.max(this.#paces.notBefore(about), now()));
  }

  /** Asks for a look at a time, or earlier where one is due anyway: it looks at everything. */
  #askAt(at: number): void {
    const { now, look } = this.#parts;
    if (this.#asking !== null && this.#asking.at <= at) return;
    clearTimeout(this.#asking?.timer);
    const timer = setTimeout(
      () => {
        const scope = this.#scope;
        this.#asking = null;
        this.#scope = 'host';
        look(scope);
      },
      Math.max(at - now(), 0),
    );
    this.#asking = { timer, at };
  }
}
