import type { Rollout } from '../api.ts';

/** What a rollout changes, as fields read: `backend: iptables`. */
export const changeOf = ({ change }: Rollout): string =>
  Object.entries(change)
    .map(([field, value]) => `${field}: ${Array.isArray(value) ? `[${value.join(', ')}]` : value}`)
    .join(', ');

/** Which nodes it is of, as it was asked. */
export function nodesOf({ nodes, labelSelector }: Rollout): string {
  if (nodes !== null) return nodes.join(', ');
  return labelSelector === null ? 'every node' : `those with ${labelSelector}`;
}

/** How many of its nodes are where they are to be. */
export function progressOf({ status: { nodes } }: Rollout): string {
  const done = nodes.filter(({ state }) => state === 'Done').length;
  return `${done} of ${nodes.length}`;
}
