import { Inject, Injectable } from '@nestjs/common';
import { type OwnedObject, owned, planFor } from '@weft/compiler';
import { inventoryDigest } from '@weft/kernel';
import { type DesiredNode, type DesiredState, type KernelKind, type KernelObject, ProblemError, type RuleDifference } from '@weft/model';
import type { PageRequest, Store } from '@weft/store';
import { STORE } from '../tokens.ts';
import { type Moment, revisionAtEnd, revisionOf } from './moment.ts';
import { cut, placeOf } from './place.ts';

/** Which rules of a node. What is absent does not filter. */
interface RuleQuery extends PageRequest {
  readonly kind?: KernelKind;
  readonly owner?: string;
  readonly text?: string;
}

const speaksOf = ({ place, key, text }: KernelObject, words: string) =>
  place.includes(words) || key.includes(words) || text.includes(words);

const isAsked = ({ kind, text }: RuleQuery, object: KernelObject) =>
  (kind === undefined || object.kind === kind) && (text === undefined || speaksOf(object, text));

/** One thing of a difference for each, in the order: by owner, and what goes before what comes. */
function differences(before: DesiredState | null, after: DesiredState | null, nodeId: string): RuleDifference[] {
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

/** What nodes have to have in their kernels, now or as of then: compiled from what was recorded, by the compiler that they run. */
@Injectable()
export class Rules {
  constructor(@Inject(STORE) private readonly store: Store) {}

  /** A page of a node's rules. Throws ProblemError. */
  async list(nodeId: string, query: RuleQuery & Moment) {
    const place = await placeOf(query.cursor, 1, async () => [await revisionOf(this.store, query)]);
    const [revision] = place.revisions;
    const { state } = await this.store.past.desired(nodeId, revision);
    const all: readonly OwnedObject[] = owned(state, nodeId);
    const { name = '', backend = 'nftables' } = nodeOf(state, nodeId) ?? {};
    const asked = all.filter(
      (object) => isAsked(query, object) && (query.owner === undefined || object.owners.some(({ id }) => id === query.owner)),
    );
    return { node: name, backend, rulesHash: inventoryDigest(all), revision, ...cut(asked, place, query.limit) };
  }

  /** A page of how a node's rules differ between two revisions. Throws ProblemError. */
  async compare(nodeId: string, query: RuleQuery & { readonly from: number | string; readonly to?: number | string }) {
    const place = await placeOf(query.cursor, 2, async () => [
      await revisionAtEnd(this.store, query.from),
      await revisionAtEnd(this.store, query.to),
    ]);
    const [from, to] = place.revisions;
    const [before, after] = [await this.stateIfThere(nodeId, from), await this.stateIfThere(nodeId, to)];
    const node = nodeOf(after, nodeId) ?? nodeOf(before, nodeId);
    if (node === undefined) throw new ProblemError('NotFound', `there is no node ${nodeId} at revision ${from} or ${to}`);
    const asked = differences(before, after, nodeId).filter(
      (one) =>
        [one.before, one.after].some((object) => object !== null && isAsked(query, object)) &&
        (query.owner === undefined || one.owner.id === query.owner),
    );
    return { node: node.name, from, to, totals: totalsOf(asked), revision: to, ...cut(asked, place, query.limit) };
  }

  /** Null when the node was not there. */
  private async stateIfThere(nodeId: string, revision: number): Promise<DesiredState | null> {
    try {
      return (await this.store.past.desired(nodeId, revision)).state;
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'NotFound') return null;
      throw error;
    }
  }
}
