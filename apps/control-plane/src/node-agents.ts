import { Inject, Injectable } from '@nestjs/common';
import type { AnyCall } from '@weft/contract';
import { type NodeReport, type NodeReportAnswer, ProblemError, type Session, type SessionOpen } from '@weft/model';
import type { Store } from '@weft/store';
import { Announcements } from './changes/announcements.ts';
import { Changes, contextOf } from './changes/changes.ts';
import { Convergence } from './changes/convergence.ts';
import type { Config } from './config.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { requireProtocol } from './joining/protocol.ts';
import { CONFIG, STORE } from './tokens.ts';

/** The node whose credential the call carries. Throws Forbidden for a token that is no node's. */
export function callingNode(call: AnyCall): string {
  const nodeId = call.principal?.nodeId ?? null;
  if (nodeId === null) throw new ProblemError('Forbidden', 'this needs the credential of a node');
  return nodeId;
}

/** What executors tell the control plane, and whom that concerns. */
@Injectable()
export class NodeAgents {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CONFIG) private readonly config: Config,
    private readonly changes: Changes,
    private readonly announcements: Announcements,
    private readonly convergence: Convergence,
    private readonly dispatcher: Dispatcher,
  ) {}

  async openSession(call: AnyCall & { readonly body: SessionOpen }): Promise<Session> {
    await this.requireProtocol(call);
    const nodeId = callingNode(call);
    const committed = await this.store.agent.openSession(contextOf(call), nodeId, call.body.facts);
    const { isFirst, ...session } = committed.object;
    if (isFirst) this.dispatcher.wakeAfter(nodeId, committed.concerns, committed.revision);
    await this.changes.settle(call, isFirst ? { ...committed, concerns: [] } : committed);
    return { ...session, heartbeatSeconds: this.config.WEFT_HEARTBEAT_SECONDS };
  }

  /** Both sides get to know: the executor by the answer, whoever looks at the node by its status. */
  private async requireProtocol(call: AnyCall & { readonly body: SessionOpen }): Promise<void> {
    try {
      requireProtocol(call.body.protocol);
    } catch (error) {
      if (error instanceof ProblemError)
        await this.store.agent.refuseSession(callingNode(call), { code: error.code, message: error.message });
      throw error;
    }
  }

  async report(call: AnyCall & { readonly body: NodeReport }): Promise<NodeReportAnswer> {
    const { answer, changed } = await this.store.agent.report(contextOf(call), callingNode(call), call.body);
    this.convergence.reported();
    this.dispatcher.applied(callingNode(call), call.body.appliedRevision);
    if (changed !== null) this.announcements.announce(changed);
    return answer;
  }
}
