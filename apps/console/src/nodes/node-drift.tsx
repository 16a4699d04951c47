import { useMemo } from 'react';
import type { Node } from '../api.ts';
import { DriftTable } from '../drift/drift-table.tsx';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { NodeHold } from './node-hold.tsx';

/** What others changed on a node, and what it is to do about it. */
export function NodeDrift({ node }: { node: Node }) {
  const list = useLive(
    '/drift-events',
    useMemo(() => ({ node: node.name }), [node.name]),
  );
  return (
    <>
      <NodeHold node={node} />
      <Waiting for={list}>
        <DriftTable events={list.items} empty="Nobody has changed anything of ours here." />
      </Waiting>
    </>
  );
}
