import { compile, crossings, type Fleet } from '@weft/compiler';
import { AskError, type Asker } from '@weft/jobs';
import type { Arrival, Crossing, DesiredNode } from '@weft/model';
import type { ConcernedStates } from './fleet-states.ts';

/** Says what a node does to a packet. */
export type Cross = Fleet['cross'];

/** By what nodes are to have. Throws ProblemError. */
export function desiredCross(states: ConcernedStates): Cross {
  const read = new Map<string, ReturnType<typeof crossings>>();
  return async (node, arrival) => {
    const cross = read.get(node.id) ?? crossings(node, compile(await states.of(node.id), node.id));
    read.set(node.id, cross);
    return cross(arrival);
  };
}

/** How long a node may take to look at its kernel, in ms. */
const ANSWER_MS = 10_000;

/** Most packets that a node is asked about at once. */
const TOGETHER_MAX = 64;

interface Waiting {
  readonly arrival: Arrival;
  readonly resolve: (crossings: readonly Crossing[]) => void;
  readonly reject: (error: unknown) => void;
}

function notKnown({ packet }: Arrival, why: string): Crossing {
  const source = packet.source ?? packet.destination;
  const end = { kind: 'unknown', why } as const;
  return { share: 1, steps: [], packet: { ...packet, source }, came: source, translated: false, masquerade: null, end, doubts: [] };
}

/**
 * By what is in the kernels of the nodes, each of which is asked for all packets that wait for it at once. What is not known because a node does not answer is an outcome and
 * no error. Throws ProblemError.
 */
export function liveCross(asker: Asker, states: ConcernedStates, gone: AbortSignal): Cross {
  const waiting = new Map<string, Waiting[]>();

  async function ask(node: DesiredNode, all: readonly Waiting[]): Promise<void> {
    const question = { kind: 'crossing', nodeId: node.id, arrivals: all.map(({ arrival }) => arrival) } as const;
    try {
      const answer = await asker.ask(node.name, question, ANSWER_MS, gone);
      for (const [at, { arrival, resolve }] of all.entries()) {
        resolve(answer.crossings[at] ?? [notKnown(arrival, `${node.name} has not answered`)]);
      }
    } catch (error) {
      for (const { arrival, resolve, reject } of all) {
        if (error instanceof AskError) resolve([notKnown(arrival, `${node.name} cannot be asked: ${error.message}`)]);
        else reject(error);
      }
    }
  }

  function flush(node: DesiredNode): void {
    const all = waiting.get(node.id) ?? [];
    waiting.delete(node.id);
    for (let from = 0; from < all.length; from += TOGETHER_MAX) void ask(node, all.slice(from, from + TOGETHER_MAX));
  }

  return async (node, arrival) => {
    await states.of(node.id);
    return new Promise((resolve, reject) => {
      const asked = { arrival, resolve, reject };
      const others = waiting.get(node.id);
      if (others !== undefined) {
        others.push(asked);
        return;
      }
      waiting.set(node.id, [asked]);
      setImmediate(() => flush(node));
    });
  };
}
