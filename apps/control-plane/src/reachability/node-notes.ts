import type { Node, ReachabilityNote } from '@weft/model';

type Note = Omit<ReachabilityNote, 'node'>;

/** What a node's condition says of whether it has what it should, and changes follow desired state. */
const CONDITIONS: Readonly<Record<string, ReachabilityNote['code']>> = { Drifted: 'OpenDrift', Frozen: 'NodeFrozen' };

function notes({ name, status }: Node): Note[] {
  const { phase, desiredRevision, appliedRevision, conditions } = status;
  const behind = `${name} has applied revision ${appliedRevision}, and should have ${desiredRevision}`;
  return [
    ...(phase === 'NotReady' || phase === 'Failed' || phase === 'Pending' || phase === 'PendingApproval'
      ? [{ code: 'NodeNotReady', text: `${name} is ${phase}` } as const]
      : []),
    ...(appliedRevision < desiredRevision ? [{ code: 'NodeNotInSync', text: behind } as const] : []),
    ...conditions.flatMap(({ type, status: holds, message }): Note[] => {
      const code = CONDITIONS[type];
      return code === undefined || holds !== 'True' ? [] : [{ code, text: `${name}: ${message}` }];
    }),
  ];
}

/** Why a node may do otherwise than it is to. */
export function nodeNotes(node: Node): ReachabilityNote[] {
  return notes(node).map((note) => ({ ...note, node: node.name }));
}
