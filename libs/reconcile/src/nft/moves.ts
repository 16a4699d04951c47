import { type NftChain, type NftCommand, NftConflict, type NftElement, type NftNeed, sameNeed } from '@weft/kernel';

/** What something was before, and is now; undefined: not there. */
interface Move<T> {
  before: T | undefined;
  after: T | undefined;
}

const addRules = ({ name, rules }: NftChain): NftCommand[] => rules.map((rule) => ({ do: 'add-rule', chain: name, rule }));

function declare({ kind, is }: NftNeed): NftCommand {
  if (kind === 'set') return { do: 'add-set', set: is };
  if (kind === 'map') return { do: 'add-map', map: is };
  return { do: 'add-chain', chain: { name: is.name, hook: is.hook } };
}

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
export class NftMoves {
  readonly #elements = new Map<string, Map<string, Move<string | null>>>();
  readonly #needs = new Map<string, Move<NftNeed>>();

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

  /** Something is needed that was not. */
  needed(need: NftNeed): void {
    const known = this.#needs.get(need.is.name);
    if (known === undefined) this.#needs.set(need.is.name, { before: undefined, after: need });
    else known.after = need;
  }

  /** Something is not needed any more that was. */
  idle(need: NftNeed): void {
    const known = this.#needs.get(need.is.name);
    if (known === undefined) this.#needs.set(need.is.name, { before: need, after: undefined });
    else known.after = undefined;
  }

  /** One transaction, in the order that changeNft keeps, for the same reasons. Throws NftConflict when a set or map is needed in another way from now on. */
  commands(): NftCommand[] {
    const moves = [...this.#needs.values()];
    const come = moves.flatMap(({ before, after }) => (before === undefined && after !== undefined ? [after] : []));
    const gone = moves.flatMap(({ before, after }) => (before !== undefined && after === undefined ? [before] : []));
    const rewritten = moves.flatMap(({ before, after }) =>
      before === undefined || after === undefined || sameNeed(before, after) ? [] : [after],
    );
    const other = rewritten.find(({ kind }) => kind !== 'chain');
    if (other !== undefined) throw new NftConflict(`"${other.is.name}" is needed in another way than before`);
    const chains = (needs: readonly NftNeed[]) => needs.flatMap((need) => (need.kind === 'chain' ? [need.is] : []));
    const rank = { set: 0, map: 1, chain: 2 } as const;
    const lastChains = (a: NftNeed, b: NftNeed) => rank[a.kind] - rank[b.kind];
    const drop = { set: 'delete-set', map: 'delete-map', chain: 'delete-chain' } as const;
    return [
      ...come.sort(lastChains).map(declare),
      ...[...this.#elements].flatMap(([name, elements]) => elementCommands(name, elements)),
      ...[...chains(rewritten), ...chains(gone)].map(({ name }) => ({ do: 'flush-chain', name }) as const),
      ...[...chains(rewritten), ...chains(come)].flatMap(addRules),
      ...gone.sort(lastChains).map(({ kind, is: { name } }) => ({ do: drop[kind], name }) as const),
    ];
  }

  #in(name: string): Map<string, Move<string | null>> {
    const known = this.#elements.get(name);
    if (known !== undefined) return known;
    const made = new Map<string, Move<string | null>>();
    this.#elements.set(name, made);
    return made;
  }
}
