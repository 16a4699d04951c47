import { EMPTY_CONFIG, type Step } from '@weft/kernel';
import { IPVS_LINK_NAME } from '@weft/model';
import { diff } from './diff.ts';
import { FrontendConflict, type IpvsLedger, type IpvsLedgerChanges } from './ipvs-ledger.ts';
import type { Host, StepFailure, StepOutcome } from './ports.ts';
import type { Programmed } from './programme-nft.ts';

/** More refusals than this are not the services' fault. */
const REFUSED_MAX = 16;

type Entry = IpvsLedgerChanges extends ReadonlyMap<infer Id, infer C> ? readonly [id: Id, contribution: C] : never;

/** Work on the virtual services of one host. Whatever is refused is taken back, so that account and kernel say the same. */
class Programming {
  readonly outcomes: StepOutcome[] = [];
  readonly refused = new Map<string, string>();
  readonly #host: Host;
  readonly #ledger: IpvsLedger;

  constructor(host: Host, ledger: IpvsLedger) {
    this.#host = host;
    this.#ledger = ledger;
  }

  /** Programs services together; when that is refused, each half by itself, until it is known who is to blame. What nobody is to blame for is returned. */
  async services(entries: readonly Entry[]): Promise<StepFailure | null> {
    const before: IpvsLedgerChanges = new Map(entries.map(([id]) => [id, this.#ledger.contributions.get(id) ?? null]));
    const steps = this.#taken(new Map(entries));
    if (steps instanceof FrontendConflict) return this.#blame(entries, steps.message, null);
    const refusal = await this.#run(steps);
    if (refusal === null) return null;
    this.#ledger.take(before);
    // Without an exit code nobody knows what the kernel has.
    if (!(refusal instanceof RangeError) && refusal.outcome.exitCode === null) return refusal;
    const stuck = await this.#restore();
    if (stuck instanceof RangeError) throw stuck;
    if (stuck !== null) return stuck;
    return refusal instanceof RangeError
      ? this.#blame(entries, refusal.message, null)
      : this.#blame(entries, refusal.outcome.stderr.trim(), refusal);
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

  #taken(changes: IpvsLedgerChanges): Step[] | FrontendConflict {
    try {
      return this.#ledger.change(changes);
    } catch (error) {
      if (error instanceof FrontendConflict) return error;
      throw error;
    }
  }

  /** ipvsadm tries every line and sets come before it, so part of what was refused may be there: only a look shows what has to be taken back. */
  async #restore(): Promise<StepFailure | RangeError | null> {
    const { ipvs, ipsets, addresses } = await this.#host.observe([], { pods: false });
    const borne = addresses.filter(({ device }) => device === IPVS_LINK_NAME);
    this.#ledger.drain(ipvs);
    return this.#run(diff({ ...EMPTY_CONFIG, ...this.#ledger.part() }, { ...EMPTY_CONFIG, ipvs, ipsets, addresses: borne }));
  }

  /** Ends at the first step that fails. RangeError: a text that the tool could misread was not tried. */
  async #run(steps: readonly Step[]): Promise<StepFailure | RangeError | null> {
    for (const step of steps) {
      try {
        const outcome = await this.#host.run(step);
        this.outcomes.push(outcome);
        if (outcome.exitCode !== 0) return { step, outcome };
      } catch (error) {
        if (error instanceof RangeError) return error;
        throw error;
      }
    }
    return null;
  }
}

/** Changes some services on a host that is as the account says: a few steps, or those that can be made when they are refused. */
export async function changeIpvs(host: Host, ledger: IpvsLedger, changes: IpvsLedgerChanges): Promise<Programmed> {
  const programming = new Programming(host, ledger);
  const failure = await programming.services([...changes]);
  return { outcomes: programming.outcomes, refused: programming.refused, failure };
}
