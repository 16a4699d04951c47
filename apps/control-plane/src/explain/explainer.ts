import type { OwnedObject } from '@weft/compiler';
import { identityOf } from '@weft/kernel';
import { type DriftEvent, type Explanation, type KernelObject, type ObjectOrigin, type ObjectOwner, OWNERS_MAX } from '@weft/model';
import type { FirstApplied, Store } from '@weft/store';
import { driftOf } from './drift-of.ts';
import { contentOf } from './objects-of-owner.ts';
import { originsOf, type Standpoint } from './origins.ts';
import type { OwnedRules } from './owned-rules.ts';
import { VersionReader } from './version-reader.ts';

/** Something to be explained: as it was found, as it should be, or both. */
export interface Subject {
  readonly live: (KernelObject & { readonly foreign: boolean }) | null;
  readonly wanted: OwnedObject | null;
}

/** Owners whose versions are read for one thing: rules that lead to shared chains have hundreds. */
const OWNERS_FOLLOWED = 64;

/** Drift events of a node that are looked through. */
const EVENTS_READ = 100;

/** Owners that are followed at a time. */
const AT_ONCE = 4;

/** The virtual service that a draining destination is behind. */
function behind(rules: OwnedRules, { kind, place }: KernelObject): OwnedObject | null {
  if (kind !== 'ipvs-destination') return null;
  return rules.get(identityOf({ kind: 'ipvs-service', place: 'host', key: place.replace(/^ipvs /, '') })) ?? null;
}

function standingOf({ live, wanted }: Subject): Explanation['standing'] {
  if (live === null) return 'missing';
  if (wanted !== null) return wanted.text === live.text ? 'ours' : 'altered';
  return live.foreign ? 'foreign' : 'draining';
}

interface Draft {
  readonly object: KernelObject;
  readonly standing: Explanation['standing'];
  /** What was applied there; null: nothing is known to have been. */
  readonly wanted: OwnedObject | null;
  readonly owners: readonly ObjectOwner[];
}

function draftOf(rules: OwnedRules, subject: Subject): Draft {
  const object = subject.live ?? subject.wanted;
  if (object === null) throw new Error('there is nothing to explain');
  const { kind, place, key, text } = object;
  const standing = standingOf(subject);
  const owners = (standing === 'draining' ? behind(rules, object) : subject.wanted)?.owners ?? [];
  return { object: { kind, place, key, text }, standing, wanted: subject.wanted, owners };
}

/** What is known beside the things themselves. */
interface Background {
  /** By owner, then by content. */
  readonly origins: ReadonlyMap<string, ReadonlyMap<string, ObjectOrigin | null>>;
  readonly generations: ReadonlyMap<string, number>;
  readonly firstApplied: ReadonlyMap<number, FirstApplied>;
  readonly drift: readonly DriftEvent[];
}

/** The change that brought a thing which several are for: the oldest of theirs. */
function origin({ wanted, owners }: Draft, { origins }: Pick<Background, 'origins'>): ObjectOrigin | null {
  if (wanted === null) return null;
  const content = contentOf(wanted);
  const known = owners.slice(0, OWNERS_FOLLOWED).map(({ id }) => origins.get(id)?.get(content) ?? null);
  return known.reduce((a, b) => (a === null || b === null || a.revision <= b.revision ? a : b), known[0] ?? null);
}

function explanationOf(draft: Draft, background: Background): Explanation {
  const { object, standing, wanted, owners } = draft;
  const since = origin(draft, background);
  return {
    ...object,
    standing,
    wanted: standing === 'altered' ? (wanted?.text ?? null) : null,
    owners: owners.slice(0, OWNERS_MAX).map((owner) => ({ ...owner, generation: background.generations.get(owner.id) ?? null })),
    moreOwners: Math.max(owners.length - OWNERS_MAX, 0),
    origin: since,
    applied: since === null ? null : (background.firstApplied.get(since.revision) ?? null),
    drift: driftOf(wanted === null ? [object] : [object, wanted], background.drift),
  };
}

/** Things by each of their owners. */
function byOwner(drafts: readonly Draft[]): { readonly owner: ObjectOwner; readonly objects: KernelObject[] }[] {
  const groups = new Map<string, { owner: ObjectOwner; objects: KernelObject[] }>();
  for (const { wanted, owners } of drafts) {
    if (wanted === null) continue;
    for (const owner of owners.slice(0, OWNERS_FOLLOWED)) {
      const group = groups.get(owner.id) ?? { owner, objects: [] };
      group.objects.push(wanted);
      groups.set(owner.id, group);
    }
  }
  return [...groups.values()];
}

/** Explains things in the kernel of one node, as of the revision that is applied there. Throws ProblemError. */
export async function explain(
  store: Pick<Store, 'past' | 'origins' | 'drift'>,
  at: { readonly node: string; readonly nodeId: string; readonly revision: number },
  rules: OwnedRules,
  subjects: readonly Subject[],
): Promise<Explanation[]> {
  const drafts = subjects.map((subject) => draftOf(rules, subject));
  const groups = byOwner(drafts);
  const standpoint: Standpoint = { ...at, nodes: (await store.origins.nodes(at.revision)).nodes };
  const reader = new VersionReader(store.past, at.revision);
  const origins = new Map<string, ReadonlyMap<string, ObjectOrigin | null>>();
  const follow = async () => {
    for (let group = groups.pop(); group !== undefined; group = groups.pop())
      origins.set(group.owner.id, await originsOf(reader, standpoint, group.owner, group.objects));
  };
  const ownerIds = groups.map(({ owner }) => owner.id);
  await Promise.all(Array.from({ length: AT_ONCE }, follow));
  const revisions = new Set(drafts.flatMap((draft) => origin(draft, { origins })?.revision ?? []));
  const [generations, firstApplied, drift] = await Promise.all([
    store.origins.generations(ownerIds, at.revision),
    store.origins.firstApplied(at.nodeId, [...revisions]),
    store.drift.list({ node: at.node, limit: EVENTS_READ, cursor: null }),
  ]);
  return drafts.map((draft) => explanationOf(draft, { origins, generations, firstApplied, drift: drift.items }));
}
