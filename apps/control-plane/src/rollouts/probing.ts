import { AskError, type Asker, type ProbeQuestion } from '@weft/jobs';
import type { NodeProbes, ProbeTarget, RolloutChange } from '@weft/model';
import type { RolloutNodeSituation, RolloutTargets } from '@weft/store';
import { answering, stillThere } from './verdict.ts';

/** Connections to each target, how long one may take, and how long a node may take to answer, in ms. */
const ATTEMPTS = 3;
const CONNECT_MS = 1_000;
const ANSWER_MS = 15_000;

/** What came of asking: what nodes found, or why nothing is known. */
export type Probed =
  | { readonly outcome: 'answered'; readonly probes: readonly NodeProbes[] }
  /** Nobody could be asked: nothing is known of the node. */
  | { readonly outcome: 'unasked'; readonly message: string }
  /** A node that was asked did not answer. */
  | { readonly outcome: 'silent'; readonly message: string };

/** One node with what it is to probe. */
interface Asked {
  readonly node: string;
  readonly targets: readonly ProbeTarget[];
}

/** Where node ports answer is what such a change changes: they prove nothing. */
const isNodePort = ({ what }: ProbeTarget) => what.startsWith('node port');

/** Who is to probe what. What did not answer before the change is not asked after it. */
export function questions(
  node: RolloutNodeSituation,
  neighbour: string | null,
  { own, wayBack }: RolloutTargets,
  change: RolloutChange,
): Asked[] {
  const all = [{ node: node.name, targets: own }, ...(neighbour === null ? [] : [{ node: neighbour, targets: wayBack }])];
  const meant = all.map((asked) => ({
    ...asked,
    targets: change.nodePortAddresses === undefined ? asked.targets : asked.targets.filter((target) => !isNodePort(target)),
  }));
  const { baseline } = node;
  if (baseline === null) return meant;
  return meant.map((asked) => ({
    ...asked,
    targets: stillThere(answering(baseline.find((one) => one.node === asked.node)), asked.targets),
  }));
}

/** Asks nodes to probe. One that has nothing to probe is asked too: that it answers is worth knowing. */
export async function probe(asker: Asker, asked: readonly Asked[], signal: AbortSignal): Promise<Probed> {
  const answers = await Promise.allSettled(
    asked.map(async ({ node, targets }) => {
      const question: ProbeQuestion = { kind: 'probe', targets: [...targets], attempts: ATTEMPTS, timeoutMs: CONNECT_MS };
      return { node, results: (await asker.ask(node, question, ANSWER_MS, signal)).results };
    }),
  );
  const silent: string[] = [];
  for (const [at, answer] of answers.entries()) {
    if (answer.status === 'fulfilled') continue;
    const { reason } = answer;
    if (!(reason instanceof AskError)) throw reason;
    if (reason.reason === 'RedisAway' || signal.aborted) return { outcome: 'unasked', message: reason.message };
    silent.push(`${asked[at]?.node} does not answer when it is asked to probe: ${reason.message}`);
  }
  if (silent.length > 0) return { outcome: 'silent', message: silent.join('; ') };
  return { outcome: 'answered', probes: answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])) };
}
