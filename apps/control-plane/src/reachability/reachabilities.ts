import { Inject, Injectable } from '@nestjs/common';
import { type Reached, reachability } from '@weft/compiler';
import type { AnyCall } from '@weft/contract';
import type { Asker } from '@weft/jobs';
import type { Reachability, ReachabilityNote, ReachabilityPath, ReachabilityQuestion, WirePacket } from '@weft/model';
import type { Store } from '@weft/store';
import { ASKER, STORE } from '../tokens.ts';
import { desiredCross, liveCross } from './crossers.ts';
import { ConcernedStates, FleetStates } from './fleet-states.ts';
import { nodeNotes } from './node-notes.ts';
import { type Sender, senderOf, type Target, targetsOf } from './question.ts';

const LOWER = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;

/** Most endpoints of a headless service that are told. */
const TARGETS_MAX = 16;

/** Answers to several targets, each of which is asked as often as the others, as one. */
function joined(answers: readonly Reached[]): Reached {
  const [first, ...others] = answers;
  if (first === undefined) throw new Error('there is somebody to send to');
  if (others.length === 0) return first;
  const verdicts = new Set(answers.map(({ verdict }) => verdict));
  const preserved = new Set(answers.map(({ sourcePreserved }) => sourcePreserved));
  return {
    verdict: verdicts.size > 1 ? 'mixed' : first.verdict,
    source: first.source,
    sourcePreserved: preserved.size > 1 ? null : first.sourcePreserved,
    paths: answers.flatMap(({ paths }) => paths.map((path) => ({ ...path, share: path.share / answers.length }))),
    notes: answers.flatMap(({ notes }) => notes),
  };
}

/** Why nothing is known of any path, such as that nodes cannot be asked; null: something is. */
function unknownBy({ verdict, paths }: Reached): string | null {
  if (verdict !== 'unknown') return null;
  return [...new Set(paths.flatMap(({ why }) => why ?? []))].join('; ') || null;
}

const crossedBy = (paths: readonly ReachabilityPath[]) =>
  new Set(paths.flatMap(({ there, back }) => [...there, ...back].map(({ node }) => node)));

function leftOut(all: readonly Target[], told: readonly Target[]): ReachabilityNote[] {
  if (all.length === told.length) return [];
  return [{ code: 'EndpointsLeftOut', node: null, text: `${all.length - told.length} more endpoints are not told` }];
}

/** Says what becomes of connections. */
@Injectable()
export class Reachabilities {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(ASKER) private readonly asker: Asker,
  ) {}

  /** Throws ProblemError. */
  async answer(question: ReachabilityQuestion, call: AnyCall): Promise<Reachability> {
    const { revision } = await this.store.history.position();
    const states = new FleetStates(this.store.plans, revision);
    const sender = await senderOf(question.from, states, this.store);
    const found = await targetsOf(question, sender, this.store);
    const asked = { against: question.against, revision };
    if ('why' in found) {
      const nowhere = { source: sender.source, destination: null, sourcePreserved: null, paths: [], notes: [] };
      return { verdict: 'unroutable', ...asked, ...nowhere, why: found.why };
    }
    const told = found.targets.slice(0, TARGETS_MAX);
    const answers = await Promise.all(told.map((target) => this.reach(question, sender, target, states, call.gone)));
    const all = joined(answers);
    const { notes, ...reached } = all;
    const [first] = told;
    const destination = told.length === 1 && first !== undefined ? { ...first, protocol: question.protocol } : null;
    return {
      ...asked,
      ...reached,
      destination,
      why: unknownBy(all),
      notes: [...leftOut(found.targets, told), ...notes, ...(await this.nodeNotes(reached.paths, sender))],
    };
  }

  private reach({ against, protocol }: ReachabilityQuestion, sender: Sender, { ip, port }: Target, fleet: FleetStates, gone: AbortSignal) {
    const { origin, source, node, state } = sender;
    const packet: WirePacket = { source, destination: ip, protocol: LOWER[protocol], port };
    const states = new ConcernedStates(fleet, packet, node.id);
    const cross = against === 'desired' ? desiredCross(states) : liveCross(this.asker, states, gone);
    return reachability({ nodes: state.nodes, cluster: state.cluster, cross }, node, { origin, packet }, states);
  }

  /** What the nodes that a connection crosses say of themselves. */
  private async nodeNotes(paths: readonly ReachabilityPath[], { state }: Sender): Promise<ReachabilityNote[]> {
    const crossed = crossedBy(paths);
    const nodes = await Promise.all(state.nodes.filter(({ name }) => crossed.has(name)).map(({ id }) => this.store.nodes.get(id)));
    return nodes.flatMap(nodeNotes);
  }
}
