import { parseArgs } from 'node:util';

/** What is to be measured, and how it is shown. */
export interface Wanted {
  /** By their names; empty: all. */
  readonly areas: readonly string[];
  readonly list: boolean;
  readonly help: boolean;
  readonly json: boolean;
  readonly quick: boolean;
  /** Writes rows and plots to docs/bench. */
  readonly plot: boolean;
  /** Only measurements whose name contains this. */
  readonly only: string | null;
  /** Instead of those that a measurement names. */
  readonly sizes: readonly number[] | null;
}

/** The arguments make no sense; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `usage: weft bench [area…] [options]

Measures, and prints each figure next to the least it could be (floor) and to what another system needs (peer).
Without an area: all of them.

  --list         name the areas, and what each measures
  --quick        fewer sizes and fewer runs
  --only <text>  only measurements with this in their name
  --sizes <n,n>  these sizes instead of an area's own
  --json         one JSON object for each figure, as soon as it is there
  --plot         also write rows and plots (cost over size) to docs/bench
  --state <dir>  the running fleet, for areas that measure one`;

/** Reads a command line. Throws UsageError. */
export function wantedOf(argv: readonly string[], known: readonly string[]): Wanted {
  const { values, positionals } = parsed(argv);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no area ${unknown}: there are ${known.join(', ')}`);
  return {
    areas: positionals,
    list: values.list,
    help: values.help,
    json: values.json,
    quick: values.quick,
    plot: values.plot,
    only: values.only ?? null,
    sizes: values.sizes === undefined ? null : sizesOf(values.sizes),
  };
}

const FLAG = { type: 'boolean', default: false } as const;
const OPTIONS = {
  list: FLAG,
  help: { ...FLAG, short: 'h' },
  json: FLAG,
  quick: FLAG,
  plot: FLAG,
  only: { type: 'string' },
  sizes: { type: 'string' },
} as const;

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function sizesOf(text: string): number[] {
  const sizes = text.split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1)) throw new UsageError(`--sizes takes whole numbers: 100,1000; not ${text}`);
  return sizes;
}
