import { DRIFT_CHANGES_MAX, type DriftOutcome, type DriftReport, makeId, type NodeControl } from '@weft/model';
import { plainText } from '../decide/plain-text.ts';
import { aboutOf, type Differences, identityOf } from './differences.ts';
import type { Evidence } from './drift-watch.ts';

/** What came of one look at the host. */
export interface Look {
  readonly found: Differences;
  /** What led to it; null: it was due. */
  readonly evidence: Evidence | null;
  readonly control: NodeControl;
  /** Why what was found could not be repaired; null: it was, or was not to be. */
  readonly failure: string | null;
  /** When it was over, in ms since 1970. */
  readonly at: number;
}

/** For so long the same drift is one event, in ms. */
const SAME_MS = 5 * 60_000;

const iso = (ms: number) => new Date(ms).toISOString();

/** Numbers of a process, for metrics. */
export interface DriftCounts {
  readonly events: number;
  readonly repairs: number;
  /** Differences that stand. */
  readonly standing: number;
  /** How long repairs took together, in ms. */
  readonly repairMs: number;
}

/** Makes events of what looks at the host find: one for what comes back again and again, and one for what stands until it is gone. */
export class DriftAccount {
  readonly #newIdBody: () => string;
  #last: { readonly event: DriftReport; readonly about: string; readonly at: number } | null = null;
  #counts: DriftCounts = { events: 0, repairs: 0, standing: 0, repairMs: 0 };

  constructor(newIdBody: () => string) {
    this.#newIdBody = newIdBody;
  }

  get counts(): DriftCounts {
    return this.#counts;
  }

  /** Goes on with what an earlier executor knew to stand. */
  resume(event: DriftReport): void {
    this.#last = { event, about: aboutOf(event), at: Date.parse(event.lastAt) };
    this.#counts = { ...this.#counts, standing: event.changes.length + event.moreChanges };
  }

  /** Takes in that everything was made as it should be without asking what was otherwise. Returns the event that says so of what stood; null: nothing did. */
  remade({ control, at }: Pick<Look, 'control' | 'at'>): DriftReport | null {
    const { standing, repairs } = this.#counts;
    if (standing === 0 || this.#last === null) return null;
    const { event } = this.#last;
    this.#counts = { ...this.#counts, repairs: repairs + 1 };
    return this.#settle({ ...event, outcome: 'repaired', policy: control.driftPolicy, message: '' }, at);
  }

  /** Takes a look in. Returns the event that says something new by it; null: nothing is new. */
  take(look: Look): DriftReport | null {
    const { found } = look;
    const standing = this.#counts.standing > 0 ? this.#last : null;
    if (found.total === 0) return standing === null ? null : this.#settle({ ...standing.event, outcome: 'gone' }, look.at);
    const about = aboutOf(found);
    // It was known to stand, and nobody touched it since.
    if (standing !== null && standing.about === about && isUnrepaired(look) && standing.event.outcome === outcomeOf(look)) return null;
    const last = standing ?? this.#last;
    const same = last !== null && (standing !== null || (last.about === about && look.at - last.at < SAME_MS));
    return this.#keep(same ? again(last.event, look) : this.#open(look), look);
  }

  #open(look: Look): DriftReport {
    this.#counts = { ...this.#counts, events: this.#counts.events + 1 };
    return newEvent(look, makeId('drift', this.#newIdBody()));
  }

  #keep(event: DriftReport, look: Look): DriftReport {
    this.#last = { event, about: aboutOf(look.found), at: look.at };
    const repaired = event.outcome === 'repaired';
    this.#counts = {
      ...this.#counts,
      standing: repaired ? 0 : look.found.total,
      repairs: this.#counts.repairs + Number(repaired),
      repairMs: this.#counts.repairMs + (repaired ? (event.durationMs ?? 0) : 0),
    };
    return event;
  }

  #settle(event: DriftReport, at: number): DriftReport {
    const settled: DriftReport = { ...event, settledAt: iso(at), durationMs: Math.max(at - Date.parse(event.lastAt), 0) };
    this.#last = { event: settled, about: '', at };
    this.#counts = { ...this.#counts, standing: 0 };
    return settled;
  }
}

const isUnrepaired = (look: Look) => outcomeOf(look) !== 'repaired';

function outcomeOf({ control, failure }: Look): DriftOutcome {
  if (control.frozen || control.driftPolicy === 'observe') return 'standing';
  return failure === null ? 'repaired' : 'failed';
}

/** What was found at first and what is found now: a repair that failed may have undone a part of the first. */
function together(first: DriftReport, { changes, total }: Differences): Pick<DriftReport, 'changes' | 'moreChanges'> {
  const named = new Set(changes.map(identityOf));
  const all = [...changes, ...first.changes.filter((change) => !named.has(identityOf(change)))];
  const kept = all.slice(0, DRIFT_CHANGES_MAX);
  return { changes: kept, moreChanges: first.moreChanges + total - changes.length + all.length - kept.length };
}

/** An event about which a further look says something. A look that nothing led to does not know better who did it. */
function again(known: DriftReport, look: Look): DriftReport {
  const { id, firstAt, count, noticedBy, process } = known;
  const found = known.outcome === 'failed' ? together(known, look.found) : {};
  const event = { ...newEvent(look, id), ...found, firstAt, count: count + 1 };
  return look.evidence === null ? { ...event, noticedBy, process } : event;
}

function newEvent(look: Look, id: DriftReport['id']): DriftReport {
  const { found, evidence, control, failure, at } = look;
  const outcome = outcomeOf(look);
  const noticedAt = evidence?.at ?? at;
  const repaired = outcome === 'repaired';
  return {
    id,
    firstAt: iso(noticedAt),
    lastAt: iso(noticedAt),
    count: 1,
    noticedBy: evidence?.by ?? 'verification',
    process: evidence?.process ?? null,
    policy: control.frozen ? 'frozen' : control.driftPolicy,
    outcome,
    settledAt: repaired ? iso(at) : null,
    durationMs: repaired ? Math.max(at - noticedAt, 0) : null,
    changes: [...found.changes],
    moreChanges: found.total - found.changes.length,
    message: plainText(failure ?? '', 1024),
  };
}
