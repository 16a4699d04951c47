import type { IptablesChange } from '@weft/kernel';
import type { IptablesChanges, IptablesLedger } from './iptables-ledger.ts';
import type { Host, StepFailure, StepOutcome } from './ports.ts';
import type { Programmed } from './programme-nft.ts';

/** More refusals than this are not the services' fault. */
const REFUSED_MAX = 16;

type Entry = IptablesChanges extends ReadonlyMap<infer Id, infer C> ? readonly [id: Id, contribution: C] : never;

/** Work on the chains of one host. Whatever is refused is taken back, so that account and kernel say the same. */
class Programming {
  readonly outcomes: StepOutcome[] = [];
  readonly refused = new Map<string, string>();
  readonly #host: Host;
  readonly #ledger: IptablesLedger;

  constructor(host: Host, ledger: IptablesLedger) {
    this.#host = host;
    this.#ledger = ledger;
  }

  /** Programs services by one restore; when it is refused, each half by itself, until it is known who is to blame. What nobody is to blame for is returned. */
  async services(entries: readonly Entry[]): Promise<StepFailure | null> {
    const before: IptablesChanges = new Map(entries.map(([id]) => [id, this.#ledger.contributions.get(id) ?? null]));
    const refusal = await this.#restore(this.#ledger.change(new Map(entries)));
    if (refusal === null) return null;
    const back = this.#ledger.change(before);
    if (refusal instanceof RangeError) return this.#blame(entries, refusal.message, null);
    // Without an exit code nobody knows what the kernel has. Tables are committed one by one, so part of what was refused may be there.
    if (refusal.outcome.exitCode === null) return refusal;
    const stuck = await this.#restore(back);
    if (stuck instanceof RangeError) throw stuck;
    return stuck ?? this.#blame(entries, refusal.outcome.stderr.trim(), refusal);
  }

  async #blame(entries: readonly Entry[], why: string, failure: StepFailure | null): Promise<StepFailure | null> {
    const [first] = entries;
    if (first !== undefined && entries.length === 1) {
      this.refused.set(first[0], why);
      return this.refused.size > REFUSED_MAX ? failure : null;
    }
    const half = Math.ceil(entries.length / 2);
    return (await this.services(entries.slice(0, half))) ?? (await this.services(entries.slice(half)));
  }

  /** Null: done. RangeError: a text that the tool could misread was not even tried. */
  async #restore(changes: readonly IptablesChange[]): Promise<StepFailure | RangeError | null> {
    if (changes.length === 0) return null;
    const step = { tool: 'iptables', changes } as const;
    try {
      const outcome = await this.#host.run(step);
      this.outcomes.push(outcome);
      return outcome.exitCode === 0 ? null : { step, outcome };
    } catch (error) {
      if (error instanceof RangeError) return error;
      throw error;
    }
  }
}

/** Changes some services on a host whose chains are as the account says: one restore, or those that can be made when it is refused. */
export async function changeIptables(host: Host, ledger: IptablesLedger, changes: IptablesChanges): Promise<Programmed> {
  const programming = new Programming(host, ledger);
  const failure = await programming.services([...changes]);
  return { outcomes: programming.outcomes, refused: programming.refused, failure };
}
