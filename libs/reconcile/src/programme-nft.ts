import { type NftChain, type NftCommand, NftConflict, type NftContribution, type NftTable } from '@weft/kernel';
import { diffNft } from './diff-nft.ts';
import type { NftChanges, NftLedger } from './nft-ledger.ts';
import type { Host, StepFailure, StepOutcome } from './ports.ts';

/** What came of programming services. */
export interface Programmed {
  /** One for each transaction, in order. */
  readonly outcomes: readonly StepOutcome[];
  /** Services that were left as they were, with what the kernel or the account has against them. */
  readonly refused: ReadonlyMap<string, string>;
  /** What no service is to blame for; the host has to be looked at then. */
  readonly failure: StepFailure | null;
}

/** Most elements in one transaction of many services: it holds the kernel's lock on rules for some hundredths of a second. */
const ELEMENTS_MAX = 4_000;

/** More refusals than this are not the services' fault. */
const REFUSED_MAX = 16;

type Entry = readonly [id: string, contribution: NftContribution | null];

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

  constructor(host: Host, ledger: NftLedger) {
    this.#host = host;
    this.#ledger = ledger;
  }

  /** Programs services in one transaction; when it is refused, each half by itself, until it is known which service is to blame. */
  async services(entries: readonly Entry[]): Promise<void> {
    const before: NftChanges = new Map(entries.map(([id]) => [id, this.#ledger.contributions.get(id) ?? null]));
    const refusal = await this.#attempt(() => this.#ledger.change(new Map(entries)));
    if (refusal === null) return;
    if (!(refusal instanceof NftConflict)) this.#ledger.take(before);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined) return this.#refuse(first[0], refusal);
    const half = Math.ceil(entries.length / 2);
    await this.services(entries.slice(0, half));
    await this.services(entries.slice(half));
  }

  /** Carries out commands that are no service's. */
  async frame(commands: readonly NftCommand[]): Promise<void> {
    const refusal = await this.#attempt(() => commands);
    if (refusal !== null) throw refusal;
  }

  async #attempt(commandsOf: () => readonly NftCommand[]): Promise<Error | null> {
    const { family, name: table } = this.#ledger.frame;
    try {
      const commands = commandsOf();
      if (commands.length === 0) return null;
      const step = { tool: 'nft', family, table, commands } as const;
      const outcome = await this.#host.run(step);
      this.outcomes.push(outcome);
      if (outcome.exitCode === 0) return null;
      const stopped = new Stopped({ step, outcome });
      // Without an exit code nobody knows what the kernel has.
      if (outcome.exitCode === null) throw stopped;
      return stopped;
    } catch (error) {
      if (error instanceof NftConflict || error instanceof RangeError) return error;
      throw error;
    }
  }

  #refuse(id: string, refusal: Error): void {
    this.refused.set(id, refusal.message);
    if (this.refused.size > REFUSED_MAX && refusal instanceof Stopped) throw refusal;
  }
}

/** Entries in groups of some thousand elements. */
function* chunks(entries: Iterable<Entry>): Iterable<Entry[]> {
  let chunk: Entry[] = [];
  let elements = 0;
  for (const entry of entries) {
    chunk.push(entry);
    elements += entry[1]?.elements.length ?? 0;
    if (elements < ELEMENTS_MAX) continue;
    yield chunk;
    chunk = [];
    elements = 0;
  }
  if (chunk.length > 0) yield chunk;
}

async function programmed(host: Host, ledger: NftLedger, work: (programming: Programming) => Promise<void>): Promise<Programmed> {
  const programming = new Programming(host, ledger);
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
 * rules is never held for long, and those rules last. A service that the kernel does not take is left out, and the others are programmed.
 */
export function loadNft(host: Host, ledger: NftLedger, services: Iterable<Entry>): Promise<Programmed> {
  const { frame } = ledger;
  const closed: NftTable = { ...frame, chains: frame.chains.map((chain) => (isBase(chain) ? { ...chain, rules: [] } : chain)) };
  return programmed(host, ledger, async (programming) => {
    await programming.frame(diffNft(closed, null));
    for (const chunk of chunks(services)) await programming.services(chunk);
    await programming.frame(diffNft(frame, closed));
  });
}

/** Changes some services in a table that is as the account says: one transaction, or one for each of those that can be made when it is refused. */
export function changeServices(host: Host, ledger: NftLedger, changes: NftChanges): Promise<Programmed> {
  return programmed(host, ledger, async (programming) => {
    for (const chunk of chunks(changes)) await programming.services(chunk);
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
    return together(programmed);
  };
  return { host: { observe: (...args) => host.observe(...args), run }, refused };
}

function together({ outcomes, failure }: Programmed): StepOutcome {
  return {
    argv: (failure?.outcome ?? outcomes[0])?.argv ?? ['nft'],
    input: outcomes.map(({ input }) => input).join(''),
    exitCode: failure === null ? 0 : failure.outcome.exitCode,
    durationMs: outcomes.reduce((sum, { durationMs }) => sum + durationMs, 0),
    stderr: outcomes.flatMap(({ stderr }) => (stderr === '' ? [] : [stderr])).join('\n'),
  };
}
