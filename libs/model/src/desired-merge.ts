import type { DesiredPull, DesiredService, DesiredState } from './desired.ts';
import { canonicalJson, sha256Hex } from './fingerprint.ts';

interface Versioned {
  readonly id: string;
  readonly revision: number;
}

/** Versions of objects, summed up: each one's own digest by exclusive or. So one object can be taken out and put in without the others. */
export type VersionSum = bigint;

const versionDigest = (id: string, revision: number): VersionSum => BigInt(`0x${sha256Hex(`${id}@${revision}`)}`);

/** The sum of these versions: ids and revisions. What stateChecksum shows of objects. */
export function versionSum(versions: Iterable<readonly [string, number]>): VersionSum {
  let sum = 0n;
  for (const [id, revision] of versions) sum ^= versionDigest(id, revision);
  return sum;
}

/** As checksums are written: 64 hex digits. */
export const checksumOf = (sum: VersionSum) => sum.toString(16).padStart(64, '0');

/** Digests of objects, which are never changed: an object is added to a sum when it comes and taken out when another takes its place. */
const digests = new WeakMap<Versioned, VersionSum>();

function digest(object: Versioned): VersionSum {
  const known = digests.get(object);
  if (known !== undefined) return known;
  const computed = versionDigest(object.id, object.revision);
  digests.set(object, computed);
  return computed;
}

const sumOf = (versions: Iterable<Versioned>): VersionSum => {
  let sum = 0n;
  for (const version of versions) sum ^= digest(version);
  return sum;
};

/**
 * The checksum that a pull must carry for this state: the exclusive or of the SHA-256 of each object's `id@revision`, 64 hex digits. An object has one
 * version in a state, so equal checksums mean the same versions of the same objects; their order has no meaning. It guards against what gets lost, not against
 * whoever makes up objects to match.
 */
export function stateChecksum(state: Pick<DesiredState, 'nodes' | 'pods' | 'services'>): string {
  return checksumOf(sumOf([...state.nodes, ...state.pods, ...state.services]));
}

/** Why a pull was not merged. */
export type MergeRefusal =
  | { readonly reason: 'other-epoch' | 'no-base' | 'older' }
  | { readonly reason: 'incomplete'; readonly expected: string; readonly actual: string };

/** What came of a pull: what the node holds from now on, or why it was not merged and the node holds what it held. */
export type Merge = { readonly ok: true; readonly held: HeldState } | { readonly ok: false; readonly refusal: MergeRefusal };

/** The value held when the new one says the same, so that whoever compares by reference sees no change. */
function keep<T>(held: T | undefined, told: T): T {
  return held !== undefined && canonicalJson(held) === canonicalJson(told) ? held : told;
}

/** A short list with changed objects put in their places or at the end, and removed ones taken out; the same list when it stays the same. */
function overlay<T extends Versioned>(base: readonly T[], changed: readonly T[], removed: ReadonlySet<string>): readonly T[] {
  if (changed.length === 0 && !base.some(({ id }) => removed.has(id))) return base;
  const byId = new Map(base.filter(({ id }) => !removed.has(id)).map((object) => [object.id, object]));
  for (const object of changed) byId.set(object.id, object);
  return [...byId.values()];
}

/** Of these objects those that others stand in for, or that are gone. */
function replaced<T extends Versioned>(base: readonly T[], after: readonly T[]): readonly T[] {
  if (base === after) return [];
  const stays = new Set<T>(after);
  return base.filter((object) => !stays.has(object));
}

/** The digests of a list's objects, in its order, and their sum. */
interface ListDigests {
  readonly each: readonly VersionSum[];
  readonly sum: VersionSum;
}

/** Of lists that are told, which are never changed: whoever merges the same list again does not hash it again. */
const listDigests = new WeakMap<readonly Versioned[], ListDigests>();

function digestsOf(list: readonly Versioned[]): ListDigests {
  const known = listDigests.get(list);
  if (known !== undefined) return known;
  const each = list.map(({ id, revision }) => versionDigest(id, revision));
  const computed = { each, sum: each.reduce((sum, one) => sum ^ one, 0n) };
  listDigests.set(list, computed);
  return computed;
}

/** Where no service stands as yet. */
const NOWHERE = -1;

/**
 * The state a node holds, kept so that a pull costs what changed and not what there is: where each service stands in the list, its digest, and the sum of all versions.
 * The state itself is never changed.
 */
export class HeldState {
  readonly state: DesiredState;
  readonly #sum: VersionSum;
  /** Where each service stands in the state's list, by id. Handed on from state to state, so a held state can be followed by one other only. */
  readonly #places: Map<string, number>;
  /** The digest of each service, where it stands. Handed on as well. */
  readonly #digests: VersionSum[];
  /** A list for the next state to write into, which takes as long to make as there are services. */
  #spare: DesiredService[] | null = null;

  private constructor(state: DesiredState, sum: VersionSum, places: Map<string, number>, digests: VersionSum[]) {
    this.state = state;
    this.#sum = sum;
    this.#places = places;
    this.#digests = digests;
  }

  /** Holds a state that was read as a whole. */
  static of(state: DesiredState): HeldState {
    const places = new Map(state.services.map(({ id }, place) => [id, place]));
    const { each, sum } = digestsOf(state.services);
    return new HeldState(state, sum ^ sumOf([...state.nodes, ...state.pods]), places, [...each]);
  }

  /** The state's checksum, as stateChecksum gives it. */
  get checksum(): string {
    return checksumOf(this.#sum);
  }

  /** Does now what the next merge would have to do whatever it brings: for when nobody waits. */
  prepare(): void {
    this.#spare ??= this.state.services.slice();
  }

  /**
   * Puts a delta on top of this state. It must be of the same epoch and not older; the result must have the checksum that the control plane computed, or nothing is
   * merged and the node asks for a snapshot. When it was merged this object must not be asked again.
   */
  merge(pull: DesiredPull): Merge {
    const base = this.state;
    if (base.epoch !== pull.epoch) return { ok: false, refusal: { reason: 'other-epoch' } };
    const removed = new Set(pull.removed);
    const nodes = overlay(base.nodes, pull.nodes, removed);
    const pods = overlay(base.pods, pull.pods, removed);
    const told = digestsOf(pull.services);
    const places = pull.services.map(({ id }) => this.#places.get(id) ?? NOWHERE);
    const gone = pull.removed.filter((id) => this.#places.has(id));
    let sum =
      this.#sum ^ told.sum ^ sumOf([...replaced(base.nodes, nodes), ...replaced(base.pods, pods)]) ^ sumOf([...pull.nodes, ...pull.pods]);
    for (const place of places) sum ^= this.#digests[place] ?? 0n;
    for (const id of gone) sum ^= this.#digests[this.#places.get(id) ?? NOWHERE] ?? 0n;
    if (base.revision > pull.revision) return { ok: false, refusal: { reason: 'older' } };
    if (checksumOf(sum) !== pull.checksum)
      return { ok: false, refusal: { reason: 'incomplete', expected: pull.checksum, actual: checksumOf(sum) } };
    const { epoch, revision } = pull;
    const services = this.#changed(pull.services, { places, digests: told.each, gone });
    const state = { epoch, revision, cluster: keep(base.cluster, pull.cluster), nodes, pods, services };
    return { ok: true, held: new HeldState(state, sum, this.#places, this.#digests) };
  }

  /** The list of services after a delta, with those that are new at its end; then the last one takes the place of one that goes. */
  #changed(
    told: readonly DesiredService[],
    {
      places,
      digests,
      gone,
    }: { readonly places: readonly number[]; readonly digests: readonly VersionSum[]; readonly gone: readonly string[] },
  ): readonly DesiredService[] {
    if (told.length === 0 && gone.length === 0) return this.state.services;
    const list = this.#spare ?? this.state.services.slice();
    this.#spare = null;
    told.forEach((service, at) => {
      const known = places[at] ?? NOWHERE;
      const place = known === NOWHERE ? list.length : known;
      if (known === NOWHERE) this.#places.set(service.id, place);
      list[place] = service;
      this.#digests[place] = digests[at] ?? 0n;
    });
    for (const id of gone) {
      const place = this.#places.get(id) as number;
      const [last, digest] = [list.pop() as DesiredService, this.#digests.pop() as VersionSum];
      this.#places.delete(id);
      if (last.id === id) continue;
      list[place] = last;
      this.#digests[place] = digest;
      this.#places.set(last.id, place);
    }
    return list;
  }
}

function fromSnapshot(base: DesiredState | null, pull: DesiredPull): Merge {
  const { epoch, revision, nodes, pods, services } = pull;
  const held = HeldState.of({ epoch, revision, cluster: keep(base?.cluster, pull.cluster), nodes, pods, services });
  if (base !== null && base.epoch === epoch && base.revision > revision) return { ok: false, refusal: { reason: 'older' } };
  const actual = held.checksum;
  return actual === pull.checksum ? { ok: true, held } : { ok: false, refusal: { reason: 'incomplete', expected: pull.checksum, actual } };
}

/** How a pull is put on top of what a node holds; null: nothing. */
export type MergePull = (base: HeldState | null, pull: DesiredPull) => Merge;

/** Puts a pull on top of what a node holds: a delta on a state of its epoch, a snapshot in its place. See HeldState.merge. */
export function mergePull(base: HeldState | null, pull: DesiredPull): Merge {
  if (pull.kind === 'snapshot') return fromSnapshot(base?.state ?? null, pull);
  return base === null ? { ok: false, refusal: { reason: 'no-base' } } : base.merge(pull);
}
