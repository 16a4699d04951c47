import { Inject, Injectable } from '@nestjs/common';
import type { PageRequest, Store } from '@weft/store';
import type { RuleFilter } from '../compiling/question.ts';
import { RulesCompiler } from '../compiling/rules-compiler.ts';
import type { Config } from '../config.ts';
import { CONFIG, STORE } from '../tokens.ts';
import { type Moment, revisionAtEnd, revisionOf } from './moment.ts';
import { placeOf } from './place.ts';

type RuleQuery = PageRequest & RuleFilter;

const filterOf = ({ kind, owner, text }: RuleFilter): RuleFilter => ({
  ...(kind !== undefined && { kind }),
  ...(owner !== undefined && { owner }),
  ...(text !== undefined && { text }),
});

/** What nodes have to have in their kernels, now or as of then. */
@Injectable()
export class Rules {
  private readonly compiler: RulesCompiler;

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CONFIG) config: Config,
  ) {
    this.compiler = new RulesCompiler(config.DATABASE_URL);
  }

  /** A page of a node's rules. Throws ProblemError. */
  async list(nodeId: string, query: RuleQuery & Moment, gone: AbortSignal) {
    const place = await placeOf(query.cursor, 1, async () => [await revisionOf(this.store, query)]);
    const [revision] = place.revisions;
    const page = await this.compiler.ask('list', { nodeId, filter: filterOf(query), place, limit: query.limit }, gone);
    return { ...page, revision };
  }

  /** A page of how a node's rules differ between two revisions. Throws ProblemError. */
  async compare(nodeId: string, query: RuleQuery & { readonly from: number | string; readonly to?: number | string }, gone: AbortSignal) {
    const place = await placeOf(query.cursor, 2, async () => [
      await revisionAtEnd(this.store, query.from),
      await revisionAtEnd(this.store, query.to),
    ]);
    const [from, to] = place.revisions;
    const page = await this.compiler.ask('compare', { nodeId, filter: filterOf(query), place, limit: query.limit }, gone);
    return { ...page, from, to, revision: to };
  }

  /** Ends what is being compiled. */
  stop(): Promise<void> {
    return this.compiler.close();
  }
}
