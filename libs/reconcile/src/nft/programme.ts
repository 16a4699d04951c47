import { type NftChain, type NftCommand, NftConflict, type NftContribution, type NftTable } from '@weft/kernel';
import { REFUSED_MAX } from '../by-halves.ts';
import type { Host, StepFailure, StepOutcome } from '../ports.ts';
import { diffNft } from './diff.ts';
import type { NftChanges, NftLedger } from './ledger.ts';
import { elementsApart, type NftTransaction, takenBack, transactions } from './transactions.ts';

/** What came of programming services. */
export interface Programmed {
  /** One for each transaction, in order. */
  readonly outcomes: readonly StepOutcome[];
  /** Services that were left as they were, with what the kernel or the account has against them. */
  readonly refused: ReadonlyMap<string, string>;
  /** What no service is to blame for; the host has to be looked at then. */
  readonly failure: StepFailure | null;
}

/** Most elements and rules in one transaction of many services: it holds the kernel's lock on rules for about a tenth of a second. */
const PIECES_MAX = 16_000;

type Entry = readonly [id: string, contribution: NftContribution | null];

/** Services that are in the account and on their way into the kernel, or could not be taken in. */
interface Group {
  readonly entries: readonly Entry[];
  /** What they added before. */
  readonly before: NftChanges;
  readonly commands: readonly NftCommand[] | NftConflict;
}

/** The transactions that commands are carried out in. */
type Parted = (commands: readonly NftCommand[]) => NftTransaction[];

/** What stops the work: something that no service is to blame for. */
class Stopped extends Error {
  readonly failure: StepFailure;

  constructor(failure: StepFailure) {
    super(failure.outcome.stderr);
    this.failure = failure;
  }
}

/** Work on one table of one host. */
class Programming {
  readonly outcomes: StepOutcome[] = [];
  readonly refused = new Map<string, string>();
  readonly #host: Host;
  readonly #ledger: NftLedger;
  readonly #parted: Parted;

  constructor(host: Host, ledger: NftLedger, parted: Parted) {
    this.#host = host;
    this.#ledger = ledger;
    this.#parted = parted;
  }

  /** Programs groups of services, each wholly or not at all. While the kernel works on one the next is prepared. */
  async groups(groups: Iterator<readonly Entry[]>): Promise<void> {
    let ready = this.#prepare(groups.next().value);
    while (ready !== null) {
      const running = this.#carryOut(ready);
      let next = this.#prepare(groups.next().value);
      const refusal = await running;
      if (refusal !== null) {
        this.#undo(next);
        this.#undo(ready);
        await this.#blame(ready.entries, refusal);
        next = this.#prepare(next?.entries);
      }
      ready = next;
    }
  }

  /** Takes a group into the account. */
  #prepare(entries: readonly Entry[] | undefined): Group | null {
    if (entries === undefined) return null;
    const before: NftChanges = new Map(entries.map(([id]) => [id, this.#ledger.contributions.get(id) ?? null]));
    try {
      return { entries, before, commands: this.#ledger.change(new Map(entries)) };
    } catch (error) {
      if (error instanceof NftConflict) return { entries, before, commands: error };
      throw error;
    }
  }

  #undo(group: Group | null): void {
    if (group !== null && !(group.commands instanceof NftConflict)) this.#ledger.takeBack(group.before);
  }

  async #carryOut({ commands }: Group): Promise<Error | null> {
    return commands instanceof NftConflict ? commands : this.#attempt(commands);
  }

  /** Of a group that was refused, programs each half by itself, until it is known which services are to blame. */
  async #blame(entries: readonly Entry[], refusal: Error): Promise<void> {
    const [first] = entries;
    if (first !== undefined && entries.length === 1) return this.#refuse(first[0], refusal);
    const half = Math.ceil(entries.length / 2);
    await this.groups([entries.slice(0, half), entries.slice(half)].values());
  }

  /** Carries out commands that are no service's, in one transaction. */
  async frame(commands: readonly NftCommand[]): Promise<void> {
    const refusal = commands.length === 0 ? null : await this.#commit(commands);
    if (refusal !== null) throw refusal;
  }

  /** All of it or nothing, in as many transactions as that takes. */
  async #attempt(commands: readonly NftCommand[]): Promise<Error | null> {
    const made: NftTransaction[] = [];
    for (const transaction of this.#parted(commands)) {
      const refusal = await this.#commit(transaction);
      if (refusal !== null) {
        await this.#takeBack(made);
        return refusal;
      }
      made.push(transaction);
    }
    return null;
  }

  async #takeBack(made: readonly NftTransaction[]): Promise<void> {
    for (const transaction of made.toReversed()) {
      const refusal = await this.#commit(takenBack(transaction));
      if (refusal !== null) throw refusal;
    }
  }

  async #commit(commands: NftTransaction): Promise<Error | null> {
    const { types } = this.#ledger;
    const { family, name: table } = this.#ledger.frame;
    try {
      const step = { tool: 'nft', family, table, commands, types } as const;
      const outcome = await this.#host.run(step);
      this.outcomes.push(outcome);
      if (outcome.exitCode === 0) return null;
      const stopped = new Stopped({ step, outcome });
      // Without an exit code nobody knows what the kernel has.
      if (outcome.exitCode === null) throw stopped;
      return stopped;
    } catch (error) {
      // A text that nft could misread.
      if (error instanceof RangeError) return error;
      throw error;
    }
  }

  #refuse(id: string, refusal: Error): void {
    this.refused.set(id, refusal.message);
    if (this.refused.size > REFUSED_MAX && refusal instanceof Stopped) throw refusal;
  }
}

/** Entries in groups of some thousand elements and rules; chains that services have in common count once in each. */
function* chunks(entries: Iterable<Entry>): Generator<Entry[], undefined> {
  let chunk: Entry[] = [];
  let chains = new Set<string>();
  let pieces = 0;
  for (const entry of entries) {
    chunk.push(entry);
    const contribution = entry[1];
    pieces += contribution?.elements.length ?? 0;
    for (const { name, rules } of contribution?.chains ?? []) {
      if (!chains.has(name)) pieces += rules.length;
      chains.add(name);
    }
    if (pieces < PIECES_MAX) continue;
    yield chunk;
    chunk = [];
    chains = new Set();
    pieces = 0;
  }
  if (chunk.length > 0) yield chunk;
}

async function programmed(
  host: Host,
  ledger: NftLedger,
  parted: Parted,
  work: (programming: Programming) => Promise<void>,
): Promise<Programmed> {
  const programming = new Programming(host, ledger, parted);
  const { outcomes, refused } = programming;
  try {
    await work(programming);
    return { outcomes, refused, failure: null };
  } catch (error) {
    if (error instanceof Stopped) return { outcomes, refused, failure: error.failure };
    throw error;
  }
}

const isBase = (chain: NftChain) => chain.hook !== null;

/**
 * Makes the table from nothing: the frame without the rules that lead packets into it, the services some thousand elements at a time, so that the kernel's lock on
 * rules is never held for long, and those rules last: until then no packet is led anywhere. A service that the kernel does not take is left out, and the others are
 * programmed.
 */
export function loadNft(host: Host, ledger: NftLedger, services: Iterable<Entry>): Promise<Programmed> {
  const { frame } = ledger;
  const closed: NftTable = { ...frame, chains: frame.chains.map((chain) => (isBase(chain) ? { ...chain, rules: [] } : chain)) };
  return programmed(host, ledger, elementsApart, async (programming) => {
    await programming.frame(diffNft(closed, null));
    await programming.groups(chunks(services));
    await programming.frame(diffNft(frame, closed));
  });
}

/** Changes some services in a table that is as the account says: all together, or when that is refused each of those that can be made. */
export function changeServices(host: Host, ledger: NftLedger, changes: NftChanges): Promise<Programmed> {
  return programmed(host, ledger, transactions, async (programming) => {
    await programming.groups(chunks(changes));
  });
}

/**
 * A host on which a step for the table is carried out as `work`: for steps of which the table's is only the occasion. Its outcome is that of all transactions
 * together, and `refused` are the services that it left out.
 */
export function programming(
  host: Host,
  work: () => Promise<Programmed>,
): { readonly host: Host; readonly refused: ReadonlyMap<string, string> } {
  const refused = new Map<string, string>();
  const run: Host['run'] = async (step) => {
    if (step.tool !== 'nft') return host.run(step);
    const programmed = await work();
    for (const [id, why] of programmed.refused) refused.set(id, why);
    return summedUp(programmed);
  };
  return { host: { observe: (...args) => host.observe(...args), run }, refused };
}

function summedUp({ outcomes, failure }: Programmed): StepOutcome {
  return {
    argv: (failure?.outcome ?? outcomes[0])?.argv ?? ['nft'],
    input: outcomes.map(({ input }) => input).join(''),
    exitCode: failure === null ? 0 : failure.outcome.exitCode,
    durationMs: outcomes.reduce((sum, { durationMs }) => sum + durationMs, 0),
    stderr: outcomes.flatMap(({ stderr }) => (stderr === '' ? [] : [stderr])).join('\n'),
  };
}
