import type { DesiredChange } from '@weft/store';
import type { RuleAnswers } from '../compiling/question.ts';
import { RulesCompiler } from '../compiling/rules-compiler.ts';

/** So many plans may wait for the one of their sort that is being made. */
export const PLANS_WAITING = 32;

type Question = RuleAnswers['plan']['question'];

/** True for what may change the surroundings of all services, so that nodes are compiled whole, before and after. */
function concernsSurroundings({ cluster, nodes, gone }: DesiredChange): boolean {
  return cluster !== null || nodes.length > 0 || gone.some((id) => id.startsWith('node_'));
}

/** Compiles what plans come to. Plans of which each node is compiled whole may take minutes on a large fleet: they wait for one another, and no other plan waits for them. */
export class PlanCompilers {
  readonly #whole: RulesCompiler;
  readonly #partly: RulesCompiler;

  /** `program`: of the threads, where it is another. */
  constructor(databaseUrl: string, program?: URL) {
    const made = () => new RulesCompiler(databaseUrl, { waiting: PLANS_WAITING }, program);
    [this.#whole, this.#partly] = [made(), made()];
  }

  /** Throws ProblemError as RulesCompiler does. */
  ask(question: Question, signal: AbortSignal): Promise<RuleAnswers['plan']['answer']> {
    const compiler = concernsSurroundings(question.effect.desired) ? this.#whole : this.#partly;
    return compiler.ask('plan', question, signal);
  }

  /** Ends what is being compiled. */
  async close(): Promise<void> {
    await Promise.all([this.#whole.close(), this.#partly.close()]);
  }
}
