import type { NftCommand } from '@weft/kernel';

/** Commands that are carried out together or not at all. */
export type NftTransaction = readonly NftCommand[];

const OF_ELEMENTS: ReadonlySet<NftCommand['do']> = new Set(['add-elements', 'delete-elements', 'add-map-elements', 'delete-map-elements']);

const isOfElements = (command: NftCommand): boolean => OF_ELEMENTS.has(command.do);

/**
 * Two transactions for commands on rules that no packet passes yet: what elements may lead to, and the elements, which are most of it. By themselves they need not be said in words
 * (elementBatch).
 */
export function elementsApart(commands: readonly NftCommand[]): NftTransaction[] {
  const [elements, others] = [commands.filter(isOfElements), commands.filter((one) => !isOfElements(one))];
  return [others, elements].filter((transaction) => transaction.length > 0);
}

/** The name of what a verdict leads to; null: it leads nowhere else. */
const leadsTo = (verdict: string): string | null => /^(?:goto|jump) (\S+)$/.exec(verdict)?.[1] ?? null;

/**
 * The transactions in which the commands of a difference are carried out: one, or two where elements of maps lead to chains that are new. Then the chains are first.
 *
 * A packet that is on its way keeps to the rules that held when it came (nft_do_chain reads the generation once), but each map answers as it is at the moment. A new
 * element leads it to a chain that is as new, and in which by its older rules there is nothing: it was seen to go on untranslated, and where no service answers it
 * is refused (8 of 350,000 packets beside 3,100 such transactions on Linux 6.18; none beside twice as many smaller ones).
 */
export function transactions(commands: readonly NftCommand[]): NftTransaction[] {
  if (commands.length === 0) return [];
  const come = new Set(commands.flatMap((one) => (one.do === 'add-chain' && one.chain.hook === null ? [one.chain.name] : [])));
  const arrives = (verdict: string) => come.has(leadsTo(verdict) ?? '');
  const led = commands.some((one) => one.do === 'add-map-elements' && one.elements.some(([, data]) => arrives(data)));
  // A table that is made anew has maps of its own: nobody is led from the old rules to the new chains.
  if (!led || commands.some((one) => one.do === 'add-table')) return [commands];
  const isAhead = (one: NftCommand) =>
    one.do === 'add-set' ||
    one.do === 'add-map' ||
    (one.do === 'add-chain' && come.has(one.chain.name)) ||
    (one.do === 'add-rule' && come.has(one.chain));
  return [commands.filter(isAhead), commands.filter((one) => !isAhead(one))];
}

/** Takes away what a transaction made ahead of one that was refused. Nothing leads there yet. */
export function takenBack(made: NftTransaction): NftTransaction {
  const chains = made.flatMap((one) => (one.do === 'add-chain' ? [one.chain.name] : []));
  return [
    ...chains.map((name) => ({ do: 'flush-chain', name }) as const),
    ...chains.map((name) => ({ do: 'delete-chain', name }) as const),
    ...made.flatMap((one) => (one.do === 'add-map' ? [{ do: 'delete-map', name: one.map.name } as const] : [])),
    ...made.flatMap((one) => (one.do === 'add-set' ? [{ do: 'delete-set', name: one.set.name } as const] : [])),
  ];
}
