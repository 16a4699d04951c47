import type { NodeConfig } from '@weft/kernel';
import type { DesiredNode, DesiredState } from '@weft/model';
import { assemble } from './assemble.ts';
import { BACKENDS } from './backends/index.ts';
import type { Fragment, NodeView } from './fragment.ts';
import { bridge } from './network/bridge.ts';
import { forwarding } from './network/forwarding.ts';
import { nodeRoutes } from './network/node-routes.ts';
import { pods } from './network/pods.ts';
import { serviceRoutes } from './network/service-routes.ts';
import { vxlan } from './network/vxlan.ts';
import { workloads } from './network/workloads.ts';

/** The state holds no node with the id asked for. */
export class UnknownNode extends Error {
  override readonly name = 'UnknownNode';
}

type Feature = (view: NodeView) => Fragment;

/** Every feature of a node's configuration but its services. Their order has no meaning. */
const NETWORK: readonly Feature[] = [
  forwarding,
  bridge,
  pods,
  nodeRoutes,
  vxlan,
  serviceRoutes,
  workloads,
  (view) => BACKENDS[view.node.backend].network?.(view) ?? {},
];

const services: Feature = (view) => BACKENDS[view.node.backend].compile(view);

/** The node of a state. Throws UnknownNode. */
export function nodeOf(desired: DesiredState, nodeId: string): DesiredNode {
  const node = desired.nodes.find(({ id }) => id === nodeId);
  if (node === undefined) throw new UnknownNode(`revision ${desired.revision} has no node ${nodeId}`);
  return node;
}

function compileFeatures(features: readonly Feature[], desired: DesiredState, nodeId: string): NodeConfig {
  const node = nodeOf(desired, nodeId);
  return assemble(features.map((feature) => feature({ desired, node })));
}

/**
 * The configuration that makes the desired state true on one node. Same input, same bytes; the order of nodes, pods and services in the
 * input does not matter. A node whose address is not known yet gets everything but the ways to other nodes. Throws UnknownNode.
 */
export function compile(desired: DesiredState, nodeId: string): NodeConfig {
  return compileFeatures([...NETWORK, services], desired, nodeId);
}

/** The configuration without what services come to, for whoever keeps account of that service by service. Does not depend on services. Throws UnknownNode. */
export function compileNetwork(desired: DesiredState, nodeId: string): NodeConfig {
  return compileFeatures(NETWORK, desired, nodeId);
}
