import type { DesiredNode, DesiredState } from '@weft/model';

/** Where in the fleet a configuration is for: what choosing endpoints needs to know of it. */
export interface Place {
  readonly node: string;
  readonly zone: string | null;
  /** Zone of each node that has one, by the node's id. */
  readonly zones: ReadonlyMap<string, string>;
}

/** The place of a node. */
export function placeOf(desired: Pick<DesiredState, 'nodes'>, node: DesiredNode): Place {
  const zones = desired.nodes.flatMap(({ id, zone }) => (zone === null ? [] : [[id, zone] as const]));
  return { node: node.id, zone: node.zone, zones: new Map(zones) };
}
