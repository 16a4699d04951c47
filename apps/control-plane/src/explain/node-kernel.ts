import { Inject, Injectable } from '@nestjs/common';
import type { Asker, LiveObject, LiveQuestion } from '@weft/jobs';
import { identityOf, isOrdered } from '@weft/kernel';
import { type Node, type NodeDataplane, ProblemError } from '@weft/model';
import type { Store } from '@weft/store';
import { ASKER, STORE } from '../tokens.ts';
import { Revisions } from '../watch/revisions.ts';
import { askLive, type LivePart } from './ask-live.ts';
import { explain, type Subject } from './explainer.ts';
import { type OwnedRules, OwnedRulesOf } from './owned-rules.ts';

/** A look into the kernel of a node, and what should have been there when it looked. */
export interface NodeLook extends LivePart {
  readonly node: Node;
  readonly revision: number;
  readonly rules: OwnedRules;
}

/** Looks into the kernels of nodes, and explains what is there. */
@Injectable()
export class NodeKernels {
  private readonly rules: OwnedRulesOf;

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(ASKER) private readonly asker: Asker,
    private readonly revisions: Revisions,
  ) {
    this.rules = new OwnedRulesOf(store.past);
  }

  /** What a node has to have as of a revision. Throws ProblemError. */
  rulesAt(node: Node, revision: number): Promise<OwnedRules> {
    return this.rules.at(node.id, revision);
  }

  /** Asks a node. Throws ProblemError. */
  async look(node: Node, question: Omit<LiveQuestion, 'kind'>, signal: AbortSignal): Promise<NodeLook> {
    if (node.status.phase === 'NotReady')
      throw new ProblemError('Unavailable', `${node.name} is not heard of: nobody knows what is in its kernel`);
    const part = await askLive(this.asker, node.name, question, signal);
    const { applied } = part;
    if (applied !== null && applied.epoch !== this.revisions.epoch)
      throw new ProblemError('Unavailable', `${node.name} has not applied anything since the database was restored`);
    const revision = applied?.revision ?? node.status.appliedRevision;
    return { ...part, node, revision, rules: await this.rulesAt(node, revision) };
  }

  /** What there is to say of things that were found, or were not. Throws ProblemError. */
  async describe({ node, revision, rules, at, truncated }: NodeLook, subjects: readonly Subject[], total: number): Promise<NodeDataplane> {
    const items = await explain(this.store, { node: node.name, nodeId: node.id, revision }, rules, subjects);
    return { node: node.name, at, revision, items, total, truncated, nextCursor: null };
  }
}

/** What one look does not show a node looks for anew. Throws ProblemError Expired when it has applied a change between such looks: they do not tell of one state then. */
export function requireOneState(looks: readonly NodeLook[]): void {
  const [first] = looks;
  if (looks.some(({ revision }) => revision !== first?.revision))
    throw new ProblemError('Expired', `${first?.node.name} applied a change while it was looked at; start over`);
}

/** A thing that was found, with what should be in its place. A rule that a node left several times in a chain is the same each time. */
export function subjectOf({ rules }: Pick<NodeLook, 'rules'>, live: LiveObject): Subject {
  const again = isOrdered(live) && !live.foreign ? rules.get(identityOf({ ...live, key: live.text })) : undefined;
  return { live, wanted: rules.get(identityOf(live)) ?? again ?? null };
}
