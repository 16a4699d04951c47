import { compile, crossings } from '@weft/compiler';
import { type Answerers, createAnswerer, type NodeWorker } from '@weft/jobs';
import type { NodeConfig } from '@weft/kernel';
import type { Api } from '../harness/api.ts';
import type { JoinedNode } from '../harness/executor.ts';
import type { Plane } from '../harness/plane.ts';

/** Says what a node's kernel does to packets: as it is to be, but for what a test changes in it. */
export function lookAt(api: Api, { token }: JoinedNode, change: (config: NodeConfig) => NodeConfig): Answerers['crossing'] {
  return async ({ nodeId, arrivals }) => {
    const state = (await api.ok('GET /node-agent/desired', { token })).body;
    const own = state.nodes.find(({ id }: { id: string }) => id === nodeId);
    const cross = crossings(own, change(compile(state, nodeId)));
    return { kind: 'crossing', at: new Date().toISOString(), crossings: arrivals.map((arrival) => [...cross(arrival)]) };
  };
}

/** A node that answers such questions. */
export function nodeThatLooks({ redisUrl }: Plane, api: Api, node: JoinedNode, change: (config: NodeConfig) => NodeConfig): NodeWorker {
  return createAnswerer({ url: redisUrl }, node.name, { crossing: lookAt(api, node, change) });
}
