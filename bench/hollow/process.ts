// Many hollow nodes in one process. Told what to do by its parent (protocol.ts), which it does not outlive.

import { setPriority } from 'node:os';
import { type HollowNode, startHollowNode } from './hollow-node.ts';
import type { Applied, HollowNews, HollowRequest } from './protocol.ts';
import { SharedMerges } from './shared-merges.ts';
import { SharedPulls } from './shared-pulls.ts';

/** As nice(2) has it: nodes are on machines of their own, and do not keep the control plane from its processor. */
const NICE = 5;
setPriority(NICE);

const shared = { pulls: new SharedPulls(), merges: new SharedMerges() };
const nodes: HollowNode[] = [];
let applied: Applied[] = [];
let failures: string[] = [];
let pulls = 0;

const now = () => performance.timeOrigin + performance.now();

function news(): HollowNews {
  const told = { applied, failures, pulls, transactions: nodes.reduce((sum, node) => sum + node.transactions(), 0) };
  applied = [];
  failures = [];
  return { ...told, residentBytes: process.memoryUsage.rss() };
}

const HANDLERS: { readonly [Do in HollowRequest['do']]: (request: Extract<HollowRequest, { do: Do }>) => Promise<HollowNews> } = {
  async start(request) {
    for (const order of request.nodes) {
      const events = {
        pulled: () => {
          pulls += 1;
        },
        applied: (revision: number) => applied.push([order.number, revision, now()]),
        failed: (why: string) => failures.push(`node ${order.number}: ${why}`),
      };
      nodes.push(startHollowNode(order, shared, events));
    }
    return news();
  },
  tell: async () => news(),
  async stop() {
    await Promise.all(nodes.map((node) => node.stop()));
    return news();
  },
};

process.on('disconnect', () => process.exit(0));
process.on('message', (request: HollowRequest) => {
  const handle = HANDLERS[request.do] as (request: HollowRequest) => Promise<HollowNews>;
  void handle(request).then((told) => process.send?.(told));
});
