import type { DesiredNode, Reachability, ReachabilityPath } from '@weft/model';
import { type Fleet, journeys } from './journey.ts';
import type { Known, Sent } from './known.ts';
import { notesOn } from './notes.ts';
import { pathOf } from './paths.ts';

/** What computing tells of a connection. */
export type Reached = Pick<Reachability, 'verdict' | 'source' | 'sourcePreserved' | 'paths' | 'notes'>;

function verdictOf(paths: readonly ReachabilityPath[]): Reachability['verdict'] {
  const verdicts = new Set(paths.map(({ verdict }) => verdict));
  const [only = 'unknown'] = verdicts;
  return verdicts.size > 1 ? 'mixed' : only;
}

/** Whether the source address is the same at the other end; null when that depends on the endpoint, or nothing arrives. */
function preserved(paths: readonly ReachabilityPath[]): boolean | null {
  const arriving = paths.filter(({ verdict }) => verdict === 'reachable' || verdict === 'unknown');
  const answers = new Set(arriving.map(({ masqueradedBy }) => masqueradedBy === null));
  const [only = null] = answers;
  return answers.size > 1 ? null : only;
}

/** What becomes of connections that begin with a packet: every way that they take, there and back. Rejects when a node on a way cannot be asked. */
export async function reachability(fleet: Fleet, node: DesiredNode, sent: Sent, known: Known): Promise<Reached> {
  const all = await journeys(fleet, node, { ...sent, answer: false });
  const paths = await Promise.all(all.map((journey) => pathOf(fleet, journey, sent, known)));
  return {
    verdict: verdictOf(paths),
    source: all[0]?.[0].crossing.came || null,
    sourcePreserved: preserved(paths),
    paths,
    notes: notesOn(all),
  };
}
