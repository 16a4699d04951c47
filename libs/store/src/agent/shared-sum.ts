import { type VersionSum, versionSum } from '@weft/model';
import type { VersionsSince } from './read-pulls.ts';

/** The versions of all that is for every node, as of one revision. Never changed. */
export interface SharedVersions {
  readonly epoch: string;
  readonly revision: number;
  /** Revisions by id. */
  readonly versions: ReadonlyMap<string, number>;
  readonly sum: VersionSum;
  /** When all of them were last read where they are, in ms of performance.now. */
  readonly readAt: number;
}

/** From so many changes on versions are put in place of those that they were read on top of, which takes as long as there are services. */
const MOVE_AT = 256;
/** And from so many revisions on, each of which the database reads again. */
const MOVE_AFTER = 1_024;

/** So old, in ms, they are read anew as a whole as soon as nobody waits for a change: what may have been lost in carrying them on does not last. */
const OLD_MS = 10 * 60_000;

/** True for versions that are to be read anew when there is time. */
export const isOld = ({ readAt }: Pick<SharedVersions, 'readAt'>, now: number) => now - readAt > OLD_MS;

/** Where the database is. */
interface At {
  readonly epoch: string;
  readonly revision: number;
}

/** What is known at a revision, from what was known before and what changed since. */
export interface Carried {
  /** Of all that is for every node. */
  readonly sum: VersionSum;
  /** To read the next versions on top of. */
  readonly next: SharedVersions;
}

/** All of them, at a point: those that were read, on top of those that they were read on top of. Costs what changed, and now and then what there is. */
export function carry(base: SharedVersions | null, { epoch, revision }: At, since: VersionsSince, now: number): Carried {
  const changed = new Map(Object.entries(since.changed));
  if (base === null || since.known === null) {
    const next = { epoch, revision, versions: changed, sum: versionSum(changed), readAt: now };
    return { sum: next.sum, next };
  }
  const touched = new Set([...changed.keys(), ...since.removed]);
  const outdated = [...touched].flatMap((id) => {
    const version = base.versions.get(id);
    return version === undefined ? [] : [[id, version] as const];
  });
  const sum = base.sum ^ versionSum(outdated) ^ versionSum(changed);
  if (touched.size < MOVE_AT && revision - base.revision < MOVE_AFTER) return { sum, next: base };
  const versions = new Map(base.versions);
  for (const id of since.removed) versions.delete(id);
  for (const [id, version] of changed) versions.set(id, version);
  return { sum, next: { ...base, revision, versions, sum } };
}
