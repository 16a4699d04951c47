import { Controller, Inject } from '@nestjs/common';
import { type CallOf, Operation, sealing } from '@weft/contract';
import type { Store } from '@weft/store';
import type { Config } from '../config.ts';
import { Exports } from '../exports/exports.ts';
import { Reads } from '../reads.ts';
import { Sealing } from '../sealing/sealing.ts';
import { CONFIG, STORE } from '../tokens.ts';

/** Seconds. */
const DAY = 86_400;

@Controller()
export class SealingController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CONFIG) private readonly config: Config,
    private readonly exports: Exports,
    private readonly reads: Reads,
    private readonly sealing: Sealing,
  ) {}

  @Operation(sealing.auditChainView)
  chain(call: CallOf<typeof sealing.auditChainView>) {
    return this.exports.send(call, this.store.sealing.lines(call.params.chain, this.config.WEFT_RECEIPT_TEXT_DAYS * DAY));
  }

  @Operation(sealing.checkpointList)
  checkpoints(call: CallOf<typeof sealing.checkpointList>) {
    return this.reads.list(call.query, (query) => this.store.sealing.checkpoints.list(query));
  }

  @Operation(sealing.checkpointCreate)
  createCheckpoint(_call: CallOf<typeof sealing.checkpointCreate>) {
    return this.sealing.checkpoint();
  }
}
