import {
  type NftChain,
  type NftCommand,
  type NftContribution,
  type NftElement,
  type NftTable,
  type NftTypes,
  nftTable,
  sameRules,
  typesOf,
} from '@weft/kernel';
import type { OnLedgerMove } from '../ledger-move.ts';
import { Tally } from '../tally.ts';
import { NftMoves } from './moves.ts';
import { NOTHING, otherwise } from './otherwise.ts';

/** What a service adds from now on, by the service's id; null: nothing any more. */
export type NftChanges = ReadonlyMap<string, NftContribution | null>;

/**
 * The account of a node's table: its frame, and what each service adds. It says which commands a change of some services comes to, at a cost that does not depend
 * on the others, and knows the whole table.
 */
export class NftLedger {
  #frame: NftTable;
  /** What the frame's sets and maps hold. */
  readonly types: NftTypes;
  readonly #onMove: OnLedgerMove;
  readonly #contributions = new Map<string, NftContribution>();
  readonly #chains = new Tally<NftChain>(sameRules);
  /** By the name of what they are in. */
  readonly #elements = new Map<string, Tally<string | null>>();

  /** An account without services. */
  constructor(frame: NftTable, onMove: OnLedgerMove = () => undefined) {
    this.#frame = frame;
    this.types = typesOf(frame);
    this.#onMove = onMove;
  }

  /** The table as it is without services. */
  get frame(): NftTable {
    return this.#frame;
  }

  /** Has another frame from now on, which differs from the one before in elements of its sets and maps. */
  reframe(frame: NftTable): void {
    this.#frame = frame;
  }

  /** What each service adds now, by its id. */
  get contributions(): ReadonlyMap<string, NftContribution> {
    return this.#contributions;
  }

  /**
   * Takes changes in and returns the commands that make them in the kernel; none when nothing changes. Throws NftConflict when a service adds
   * what contradicts another; the account is as it was then.
   */
  change(changes: NftChanges): NftCommand[] {
    const moves = new NftMoves();
    this.#take(changes, moves);
    this.#onMove(moves);
    return moves.commands();
  }

  /** Takes changes back that no kernel has made. */
  takeBack(before: NftChanges): void {
    this.change(before);
  }

  /** Takes changes in that the kernel gets with the whole table. Throws NftConflict as `change` does. */
  take(changes: NftChanges): void {
    this.#take(changes, null);
  }

  /** The whole table. */
  table(): NftTable {
    return nftTable(this.#frame, this.#contributions.values());
  }

  /** All of it or, when it throws, nothing. What a service goes on to add is left where it is: a change costs what is otherwise, not all that a service adds. */
  #take(changes: NftChanges, moves: NftMoves | null): void {
    const parts = Array.from(changes, ([id, after]) => ({
      id,
      stays: after !== null,
      ...otherwise(this.#contributions.get(id) ?? NOTHING, after ?? NOTHING),
    }));
    for (const { gone } of parts) this.#discount(gone, moves);
    const given: NftContribution[] = [];
    try {
      for (const { come } of parts) {
        this.#give(come, moves);
        given.push(come);
      }
    } catch (error) {
      for (const come of given) this.#discount(come, null);
      for (const { gone } of parts) this.#give(gone, null);
      throw error;
    }
    for (const { id, stays, now } of parts)
      if (stays) this.#contributions.set(id, now);
      else this.#contributions.delete(id);
  }

  /** All of it or, when it throws, nothing. */
  #give({ chains, elements }: NftContribution, moves: NftMoves | null): void {
    const given: { chains: NftChain[]; elements: NftElement[] } = { chains: [], elements: [] };
    try {
      for (const chain of chains) {
        if (this.#chains.add(chain.name, chain)) moves?.made(chain);
        given.chains.push(chain);
      }
      for (const element of elements) {
        if (this.#in(element.into).add(element.key, element.data)) moves?.put(element);
        given.elements.push(element);
      }
    } catch (error) {
      this.#discount(given, null);
      throw error;
    }
  }

  #discount({ chains, elements }: NftContribution, moves: NftMoves | null): void {
    for (const element of elements) if (this.#in(element.into).remove(element.key)) moves?.taken(element);
    for (const chain of chains) if (this.#chains.remove(chain.name)) moves?.unmade(chain);
  }

  #in(name: string): Tally<string | null> {
    const known = this.#elements.get(name);
    if (known !== undefined) return known;
    const made = new Tally<string | null>((a, b) => a === b);
    this.#elements.set(name, made);
    return made;
  }
}
