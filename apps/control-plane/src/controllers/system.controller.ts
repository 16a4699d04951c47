import { Controller } from '@nestjs/common';
import { type CallOf, Operation, system } from '@weft/contract';
import { Docs } from '../docs/docs.ts';
import { Reply } from '../http/reply.ts';
import { Readiness } from '../liveness/readiness.ts';
import { Scrape } from '../scrape.ts';

const OK = { status: 'ok' } as const;

@Controller()
export class SystemController {
  constructor(
    private readonly readiness: Readiness,
    private readonly docs: Docs,
    private readonly scrape: Scrape,
  ) {}

  @Operation(system.healthLive)
  live(_call: CallOf<typeof system.healthLive>) {
    return OK;
  }

  @Operation(system.healthReady)
  async ready(_call: CallOf<typeof system.healthReady>) {
    await this.readiness.require();
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
