import { Controller, Inject } from '@nestjs/common';
import { type CallOf, explain, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { CallersStore } from '../callers-store.ts';
import { explainQuestion } from '../explain/explain-question.ts';
import { nodeDataplane } from '../explain/node-dataplane.ts';
import { NodeKernels } from '../explain/node-kernel.ts';
import { serviceDataplane } from '../explain/service-dataplane.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class ExplainController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly callers: CallersStore,
    private readonly kernels: NodeKernels,
  ) {}

  @Operation(explain.nodeDataplaneList)
  async list({ params, query, gone }: CallOf<typeof explain.nodeDataplaneList>) {
    return nodeDataplane(this.kernels, await this.store.nodes.get(params.id), query, gone);
  }

  @Operation(explain.nodeExplain)
  async explain({ params, body, gone }: CallOf<typeof explain.nodeExplain>) {
    return explainQuestion(this.kernels, await this.store.nodes.get(params.id), body, gone);
  }

  @Operation(explain.serviceDataplaneView)
  async ofService(call: CallOf<typeof explain.serviceDataplaneView>) {
    const service = await this.callers.of(call).services.get(call.params.id);
    return serviceDataplane(this.store, this.kernels, service, call.query, call.gone);
  }
}
