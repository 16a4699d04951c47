import { compileNetwork } from '@weft/compiler';
import { type ClusterNetwork, type DesiredNode, type DesiredState, fingerprint } from '@weft/model';

/** What a node's own network follows from, pods and services apart. */
export interface NetworkInputs {
  readonly cluster: ClusterNetwork;
  readonly nodes: readonly DesiredNode[];
}

/**
 * Names what a state makes of a node's own network: its links, addresses, routes, neighbours and sysctls, without those of pods and without services. Equal names:
 * going from one state to the other touches nothing that the node's way to the control plane could depend on. Null: the state does not have the node.
 */
export function networkKey(nodeId: string, { cluster, nodes }: NetworkInputs): string | null {
  const bare: DesiredState = { epoch: '', revision: 0, cluster, nodes, pods: [], services: [] };
  if (!nodes.some(({ id }) => id === nodeId)) return null;
  const { links, addresses, routes, neighbours, fdb, sysctls } = compileNetwork(bare, nodeId);
  return fingerprint([nodeId, links, addresses, routes, neighbours, fdb, sysctls]);
}
