import type { DesiredPull, DesiredState } from './desired.ts';
import { canonicalJson, sha256Hex } from './fingerprint.ts';

interface Versioned {
  readonly id: string;
  readonly revision: number;
}

/** SHA-256 over the sorted `id@revision` of every object: equal exactly when two states hold the same versions of the same objects. */
export function versionsChecksum(versions: Iterable<Versioned>): string {
  const lines: string[] = [];
  for (const { id, revision } of versions) lines.push(`${id}@${revision}`);
  return sha256Hex(lines.sort().join('\n'));
}

/** The checksum that a pull must carry for this state. */
export function stateChecksum(state: Pick<DesiredState, 'nodes' | 'pods' | 'services'>): string {
  return versionsChecksum([...state.nodes, ...state.pods, ...state.services]);
}

/** Why a pull was not merged. */
export type MergeRefusal =
  | { readonly reason: 'other-epoch' | 'no-base' | 'older' }
  | { readonly reason: 'incomplete'; readonly expected: string; readonly actual: string };

export type Merge = { readonly ok: true; readonly state: DesiredState } | { readonly ok: false; readonly refusal: MergeRefusal };

function overlay<T extends Versioned>(base: readonly T[], changed: readonly T[], removed: ReadonlySet<string>): T[] {
  const byId = new Map(base.map((object) => [object.id, object]));
  for (const id of removed) byId.delete(id);
  for (const object of changed) byId.set(object.id, object);
  return [...byId.values()];
}

/** The value held when the new one says the same, so that whoever compares by reference sees no change. */
function keep<T>(held: T | undefined, told: T): T {
  return held !== undefined && canonicalJson(held) === canonicalJson(told) ? held : told;
}

/**
 * Puts a pull on top of the state a node has. A delta needs a base of the same epoch that is not newer; the result must have the
 * checksum the control plane computed, or nothing is merged and the node asks for a snapshot.
 */
export function mergePull(base: DesiredState | null, pull: DesiredPull): Merge {
  let state: DesiredState;
  const { epoch, revision } = pull;
  const cluster = keep(base?.cluster, pull.cluster);
  if (pull.kind === 'snapshot') {
    state = { epoch, revision, cluster, nodes: pull.nodes, pods: pull.pods, services: pull.services };
  } else {
    if (base === null) return { ok: false, refusal: { reason: 'no-base' } };
    if (base.epoch !== epoch) return { ok: false, refusal: { reason: 'other-epoch' } };
    const removed = new Set(pull.removed);
    state = {
      epoch,
      revision,
      cluster,
      nodes: overlay(base.nodes, pull.nodes, removed),
      pods: overlay(base.pods, pull.pods, removed),
      services: overlay(base.services, pull.services, removed),
    };
  }
  if (base !== null && base.epoch === epoch && base.revision > revision) return { ok: false, refusal: { reason: 'older' } };
  const actual = stateChecksum(state);
  return actual === pull.checksum ? { ok: true, state } : { ok: false, refusal: { reason: 'incomplete', expected: pull.checksum, actual } };
}
