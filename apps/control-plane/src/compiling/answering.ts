import { type OwnedObject, owned, planFor } from '@weft/compiler';
import { inventoryDigest } from '@weft/kernel';
import { type DesiredNode, type DesiredState, fingerprint, type KernelObject, ProblemError, type RuleDifference } from '@weft/model';
import type { DesiredFleet, Store } from '@weft/store';
import { cut } from '../past/place.ts';
import { kernelPlans } from '../plans/kernel-plans.ts';
import { plannedNodes } from '../plans/planned-nodes.ts';
import type { RuleAnswers, RuleFilter, RuleQuestion } from './question.ts';

/** What was compiled last is kept: the pages of a list are of one state. */
class Newest<T> {
  #name = '';
  #value: Promise<T> | null = null;

  of(name: string, make: () => Promise<T>): Promise<T> {
    if (this.#value !== null && this.#name === name) return this.#value;
    const value = make();
    [this.#name, this.#value] = [name, value];
    value.catch(() => {
      if (this.#value === value) this.#value = null;
    });
    return value;
  }
}

interface Listing {
  readonly node: string;
  readonly backend: string;
  readonly rulesHash: string;
  readonly objects: readonly OwnedObject[];
}

interface Comparison {
  readonly node: string;
  readonly differences: readonly RuleDifference[];
}

const speaksOf = ({ place, key, text }: KernelObject, words: string) =>
  place.includes(words) || key.includes(words) || text.includes(words);

const isAsked = ({ kind, text }: RuleFilter, object: KernelObject) =>
  (kind === undefined || object.kind === kind) && (text === undefined || speaksOf(object, text));

/** One thing of a difference for each, in the order: by owner, and what goes before what comes. */
function differencesOf(before: DesiredState | null, after: DesiredState | null, nodeId: string): RuleDifference[] {
  return planFor(before, after, nodeId).groups.flatMap(({ owner, added, removed, replaced, moved }): RuleDifference[] => [
    ...removed.map((object) => ({ change: 'removed' as const, before: object, after: null, owner })),
    ...added.map((object) => ({ change: 'added' as const, before: null, after: object, owner })),
    ...replaced.map((pair) => ({ change: 'replaced' as const, ...pair, owner })),
    ...moved.map((object) => ({ change: 'moved' as const, before: object, after: object, owner })),
  ]);
}

const nodeOf = (state: DesiredState | null, id: string): DesiredNode | undefined => state?.nodes.find((node) => node.id === id);

function totalsOf(all: readonly RuleDifference[]) {
  const count = (change: RuleDifference['change']) => all.filter((one) => one.change === change).length;
  return { added: count('added'), removed: count('removed'), replaced: count('replaced'), moved: count('moved') };
}

/** What answers are made from. */
export interface Recorded {
  readonly past: Pick<Store['past'], 'desired'>;
  readonly plans: Pick<Store['plans'], 'fleet'>;
}

type Answering = { readonly [K in RuleQuestion['kind']]: (question: RuleAnswers[K]['question']) => Promise<RuleAnswers[K]['answer']> };

/** Compiles what nodes had to have in their kernels, or would have, from what was recorded, by the compiler that they run. It takes seconds for ten thousand services. */
export class RuleAnswering {
  readonly #recorded: Recorded;
  readonly #done: () => void;
  readonly #listing = new Newest<Listing>();
  readonly #comparison = new Newest<Comparison>();
  readonly #fleet = new Newest<DesiredFleet>();
  readonly #kernels = new Newest<ReturnType<typeof kernelPlans>>();
  readonly #by: Answering = {
    list: (question) => this.#list(question),
    compare: (question) => this.#compare(question),
    plan: (question) => this.#plan(question),
  };

  /** `done`: called when one more node of a plan is compiled. */
  constructor(recorded: Recorded, done: () => void) {
    this.#recorded = recorded;
    this.#done = done;
  }

  /** Throws ProblemError. */
  answer<K extends RuleQuestion['kind']>(kind: K, question: RuleAnswers[K]['question']): Promise<RuleAnswers[K]['answer']> {
    return this.#by[kind](question);
  }

  async #list({ nodeId, filter, place, limit }: RuleAnswers['list']['question']): Promise<RuleAnswers['list']['answer']> {
    const [revision] = place.revisions;
    const { objects, ...head } = await this.#listing.of(`${nodeId} ${revision}`, async () => {
      const { state } = await this.#recorded.past.desired(nodeId, revision);
      const all = owned(state, nodeId);
      const { name = '', backend = 'nftables' } = nodeOf(state, nodeId) ?? {};
      return { node: name, backend, rulesHash: inventoryDigest(all), objects: all };
    });
    const { owner } = filter;
    const asked = objects.filter(
      (object) => isAsked(filter, object) && (owner === undefined || object.owners.some(({ id }) => id === owner)),
    );
    return { ...head, ...cut(asked, place, limit) };
  }

  async #compare({ nodeId, filter, place, limit }: RuleAnswers['compare']['question']): Promise<RuleAnswers['compare']['answer']> {
    const [from, to] = place.revisions;
    const { node, differences } = await this.#comparison.of(`${nodeId} ${from} ${to}`, async () => {
      const [before, after] = [await this.#stateIfThere(nodeId, from), await this.#stateIfThere(nodeId, to)];
      const there = nodeOf(after, nodeId) ?? nodeOf(before, nodeId);
      if (there === undefined) throw new ProblemError('NotFound', `there is no node ${nodeId} at revision ${from} or ${to}`);
      return { node: there.name, differences: differencesOf(before, after, nodeId) };
    });
    const asked = differences.filter(
      (one) =>
        [one.before, one.after].some((object) => object !== null && isAsked(filter, object)) &&
        (filter.owner === undefined || one.owner.id === filter.owner),
    );
    return { node, totals: totalsOf(asked), ...cut(asked, place, limit) };
  }

  /** A plan is made and applied on one fleet, as long as nothing comes in between: what it comes to is compiled once. */
  async #plan({ effect, reach }: RuleAnswers['plan']['question']): Promise<RuleAnswers['plan']['answer']> {
    const { epoch, base, changes, desired, print } = effect;
    const fleet = await this.#fleet.of(`${epoch} ${base}`, () => this.#recorded.plans.fleet(base));
    const kernels = await this.#kernels.of(`${epoch} ${base} ${print}`, async () => kernelPlans(fleet, desired, this.#done));
    return { fingerprint: fingerprint({ changes, kernels }), nodes: plannedNodes(kernels, reach) };
  }

  /** Null when the node was not there. */
  async #stateIfThere(nodeId: string, revision: number): Promise<DesiredState | null> {
    try {
      return (await this.#recorded.past.desired(nodeId, revision)).state;
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'NotFound') return null;
      throw error;
    }
  }
}
