import type { Node, NodeFacts } from '@weft/model';
import type { NodeStanding } from '../fleet/fleet.ts';

type Problem = NodeFacts['problems'][number];

/** What its host said it can do, against what it is to be. */
function unable({ backend, podLink }: Pick<Node, 'backend' | 'podLink'>, facts: NodeFacts): Problem[] {
  const listed = (able: readonly string[]) => able.join(', ') || 'nothing';
  return [
    ...(facts.backends.includes(backend)
      ? []
      : [{ code: 'BackendUnsupported', message: `the host can run ${listed(facts.backends)}, not ${backend}` }]),
    ...(facts.podLinks.includes(podLink)
      ? []
      : [{ code: 'LinkUnsupported', message: `the host can link pods by ${listed(facts.podLinks)}, not by ${podLink}` }]),
  ];
}

/** A node without a credential is not let in, whatever its dataplane does. */
const SHUT_OUT: Problem = {
  code: 'CredentialMissing',
  message: 'its credential has ended or was revoked, and its executor is not let in: `weft node join` with a new join token',
};

/** What keeps a node from being programmed as it should be, as far as is known. */
export function problemsOf(
  stored: Pick<Node, 'backend' | 'podLink'>,
  {
    standing,
    facts,
    credentialEnds,
  }: {
    readonly standing: Pick<NodeStanding, 'joined'>;
    readonly facts: NodeFacts | null;
    readonly credentialEnds: Date | null | undefined;
  },
): Problem[] {
  return [
    ...(standing.joined && credentialEnds === null ? [SHUT_OUT] : []),
    ...(facts === null ? [] : [...facts.problems, ...unable(stored, facts)]),
  ];
}
