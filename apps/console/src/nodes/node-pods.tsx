import { useMemo } from 'react';
import type { Node } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { PodTable } from '../pods/pod-table.tsx';

/** The pods of a node. */
export function NodePods({ node: { name } }: { node: Node }) {
  const list = useLive('/pods');
  const pods = useMemo(() => list.items.filter((pod) => pod.node === name), [list.items, name]);
  return (
    <Waiting for={list}>
      <PodTable pods={pods} maxHeight={420} empty="No pod runs on this node." />
    </Waiting>
  );
}
