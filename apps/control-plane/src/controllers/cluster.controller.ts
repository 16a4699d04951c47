import { Controller, Inject } from '@nestjs/common';
import { type CallOf, cluster, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { Changes } from '../changes/changes.ts';
import type { Config } from '../config.ts';
import { requireGrace } from '../liveness/grace.ts';
import { Reads } from '../reads.ts';
import { CONFIG, STORE } from '../tokens.ts';

@Controller()
export class ClusterController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CONFIG) private readonly config: Config,
    private readonly reads: Reads,
    private readonly changes: Changes,
  ) {}

  @Operation(cluster.clusterView)
  view(_call: CallOf<typeof cluster.clusterView>) {
    return this.reads.view(this.store.cluster.get());
  }

  @Operation(cluster.clusterUpdate)
  update(call: CallOf<typeof cluster.clusterUpdate>) {
    const { cluster: settings } = this.store;
    requireGrace(call.body, this.config.WEFT_HEARTBEAT_SECONDS);
    return this.changes.update(
      call,
      (context, match) => settings.update(context, match, call.body),
      () => settings.get(),
    );
  }

  @Operation(cluster.poolList)
  pools(call: CallOf<typeof cluster.poolList>) {
    return this.reads.list(call.query, (query) => this.store.pools.list(query));
  }

  @Operation(cluster.poolView)
  pool(call: CallOf<typeof cluster.poolView>) {
    return this.store.pools.get(call.params.id);
  }
}
