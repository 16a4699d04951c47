import type { Step } from '@weft/kernel';
import { type DesiredPod, podLinkName, podNetnsName } from '@weft/model';

/** How far a pod has come on this node. `Failed` says which message its step ended with. */
export type Placement = { readonly phase: 'Running' | 'Pending' } | { readonly phase: 'Failed'; readonly message: string };

/** A step that did not succeed, with what it printed. */
export interface FailedStep {
  readonly step: Step;
  readonly message: string;
}

/** Collects every name in a step: all its texts, and the parts of those that are paths, such as a sysctl's key. */
function collectNames(value: unknown, into: Set<string>): Set<string> {
  if (typeof value === 'string') for (const part of value.split('/')) into.add(part);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collectNames(inner, into);
  return into;
}

/** Steps of service backends name no pod's objects, and they are long. */
const namesIn = (step: Step) => (step.tool === 'nft' || step.tool === 'iptables' ? new Set<string>() : collectNames(step, new Set()));

/**
 * Where each pod stands after an apply. `remaining` are the steps that are still needed: a pod that none of them names is in place. One that is
 * named there has failed if a failed step names it too, and else waits behind something that failed.
 */
export function placePods(
  pods: readonly Pick<DesiredPod, 'id'>[],
  remaining: readonly Step[],
  failed: readonly FailedStep[],
): ReadonlyMap<string, Placement> {
  const missing = new Set(remaining.flatMap((step) => [...namesIn(step)]));
  const blamed = failed.map(({ step, message }) => ({ names: namesIn(step), message }));
  const place = (id: string): Placement => {
    const own = [podNetnsName(id), podLinkName(id)];
    if (!own.some((name) => missing.has(name))) return { phase: 'Running' };
    const blame = blamed.find(({ names }) => own.some((name) => names.has(name)));
    return blame === undefined ? { phase: 'Pending' } : { phase: 'Failed', message: blame.message };
  };
  return new Map(pods.map(({ id }) => [id, place(id)]));
}

/** Where the pods of a node stand. */
export class Placements {
  #all: ReadonlyMap<string, Placement> = new Map();
  #running: readonly DesiredPod[] | null = null;

  /** By the pods' ids. */
  get all(): ReadonlyMap<string, Placement> {
    return this.#all;
  }

  /** All are in place. */
  run(pods: readonly DesiredPod[]): void {
    if (this.#running !== pods) this.#all = new Map(pods.map(({ id }) => [id, { phase: 'Running' }]));
    this.#running = pods;
  }

  /** As placePods says. */
  place(...found: Parameters<typeof placePods>): void {
    this.#all = placePods(...found);
    this.#running = null;
  }
}
