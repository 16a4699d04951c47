import { Controller, Inject } from '@nestjs/common';
import { type CallOf, nodeAgent, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { NodeRedis } from '../joining/node-redis.ts';
import { callingNode, NodeAgents } from '../node-agents.ts';
import { pullReply } from '../pull-reply.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class NodeAgentController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly agents: NodeAgents,
    private readonly redis: NodeRedis,
  ) {}

  @Operation(nodeAgent.nodeAgentSessionOpen)
  openSession(call: CallOf<typeof nodeAgent.nodeAgentSessionOpen>) {
    return this.agents.openSession(call);
  }

  @Operation(nodeAgent.nodeAgentDesiredPull)
  async pull(call: CallOf<typeof nodeAgent.nodeAgentDesiredPull>) {
    const { epoch, since: revision, atLeast = null } = call.query;
    const since = epoch === undefined || revision === undefined ? null : { epoch, revision };
    return pullReply(await this.store.agent.pull(callingNode(call), since, atLeast), call.readsGzip);
  }

  @Operation(nodeAgent.nodeAgentLeaseRenew)
  async renewLease(call: CallOf<typeof nodeAgent.nodeAgentLeaseRenew>) {
    return { ...(await this.store.liveness.renew(callingNode(call), call.body.session)), redisUrl: this.redis.url };
  }

  @Operation(nodeAgent.nodeAgentReport)
  report(call: CallOf<typeof nodeAgent.nodeAgentReport>) {
    return this.agents.report(call);
  }
}
