import { type NftChain, type NftCommand, type NftElement, nftContributed, sameRules } from '@weft/kernel';
import type { KernelObject } from '@weft/model';
import type { LedgerMove } from '../ledger-move.ts';

/** What something was before, and is now; undefined: not there. */
interface Move<T> {
  before: T | undefined;
  after: T | undefined;
}

const addRules = ({ name, rules }: NftChain): NftCommand[] => rules.map((rule) => ({ do: 'add-rule', chain: name, rule }));

function elementCommands(name: string, moves: ReadonlyMap<string, Move<string | null>>): NftCommand[] {
  const gone: string[] = [];
  const members: string[] = [];
  const entries: [string, string][] = [];
  let isSet = false;
  for (const [key, { before, after }] of moves) {
    if (before === after) continue;
    isSet ||= before === null || after === null;
    if (before !== undefined) gone.push(key);
    if (after === null) members.push(key);
    else if (after !== undefined) entries.push([key, after]);
  }
  return [
    ...(gone.length === 0
      ? []
      : [
          isSet
            ? ({ do: 'delete-elements', set: name, elements: gone } as const)
            : ({ do: 'delete-map-elements', map: name, keys: gone } as const),
        ]),
    ...(members.length === 0 ? [] : [{ do: 'add-elements', set: name, elements: members } as const]),
    ...(entries.length === 0 ? [] : [{ do: 'add-map-elements', map: name, elements: entries } as const]),
  ];
}

/** What came and went in an account while some changes were taken in, and the commands that this comes to. */
export class NftMoves implements LedgerMove {
  readonly #elements = new Map<string, Map<string, Move<string | null>>>();
  readonly #chains = new Map<string, Move<NftChain>>();

  /** An element that was not there is. */
  put({ into, key, data }: NftElement): void {
    const moves = this.#in(into);
    const known = moves.get(key);
    if (known === undefined) moves.set(key, { before: undefined, after: data });
    else known.after = data;
  }

  /** An element that was there is not any more. */
  taken({ into, key, data }: NftElement): void {
    const moves = this.#in(into);
    const known = moves.get(key);
    if (known === undefined) moves.set(key, { before: data, after: undefined });
    else known.after = undefined;
  }

  /** A chain that was not there is. */
  made(chain: NftChain): void {
    const known = this.#chains.get(chain.name);
    if (known === undefined) this.#chains.set(chain.name, { before: undefined, after: chain });
    else known.after = chain;
  }

  /** A chain that was there is not any more. */
  unmade(chain: NftChain): void {
    const known = this.#chains.get(chain.name);
    if (known === undefined) this.#chains.set(chain.name, { before: chain, after: undefined });
    else known.after = undefined;
  }

  before(): KernelObject[] {
    return this.#objects('before');
  }

  after(): KernelObject[] {
    return this.#objects('after');
  }

  /** In the order that changeNft keeps, for the same reasons. */
  commands(): NftCommand[] {
    const moves = [...this.#chains.values()];
    const come = moves.flatMap(({ before, after }) => (before === undefined && after !== undefined ? [after] : []));
    const gone = moves.flatMap(({ before, after }) => (before !== undefined && after === undefined ? [before] : []));
    const rewritten = moves.flatMap(({ before, after }) =>
      before === undefined || after === undefined || sameRules(before, after) ? [] : [after],
    );
    return [
      ...come.map(({ name, hook }) => ({ do: 'add-chain', chain: { name, hook } }) as const),
      ...[...this.#elements].flatMap(([name, elements]) => elementCommands(name, elements)),
      ...[...rewritten, ...gone].map(({ name }) => ({ do: 'flush-chain', name }) as const),
      ...[...rewritten, ...come].flatMap(addRules),
      ...gone.map(({ name }) => ({ do: 'delete-chain', name }) as const),
    ];
  }

  #objects(when: 'before' | 'after'): KernelObject[] {
    const there: { elements: NftElement[]; chains: NftChain[] } = { elements: [], chains: [] };
    for (const [into, moves] of this.#elements)
      for (const [key, { before, after, [when]: data }] of moves)
        if (before !== after && data !== undefined) there.elements.push({ into, key, data });
    for (const { [when]: chain } of this.#chains.values()) if (chain !== undefined) there.chains.push(chain);
    return nftContributed(there);
  }

  #in(name: string): Map<string, Move<string | null>> {
    const known = this.#elements.get(name);
    if (known !== undefined) return known;
    const made = new Map<string, Move<string | null>>();
    this.#elements.set(name, made);
    return made;
  }
}
