import { Controller, Inject } from '@nestjs/common';
import { type CallOf, Operation, system } from '@weft/contract';
import type { Store } from '@weft/store';
import { Docs } from '../docs/docs.ts';
import { Reply } from '../http/reply.ts';
import { Scrape } from '../scrape.ts';
import { STORE } from '../tokens.ts';

const OK = { status: 'ok' } as const;

@Controller()
export class SystemController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly docs: Docs,
    private readonly scrape: Scrape,
  ) {}

  @Operation(system.healthLive)
  live(_call: CallOf<typeof system.healthLive>) {
    return OK;
  }

  @Operation(system.healthReady)
  async ready(_call: CallOf<typeof system.healthReady>) {
    await this.store.ping();
    return OK;
  }

  @Operation(system.metricsView)
  async metrics(_call: CallOf<typeof system.metricsView>) {
    return new Reply(await this.scrape.text(), { 'Content-Type': this.scrape.contentType });
  }

  @Operation(system.documentView)
  openApi(_call: CallOf<typeof system.documentView>) {
    return this.docs.document();
  }
}
