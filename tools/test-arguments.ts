/** What a run of `./weft test` is to do. */
export interface Wanted {
  /** No tier was named: all of them, and the checks that are no tests. */
  readonly everything: boolean;
  readonly tiers: readonly string[];
  /** Parts of the paths of test files; none means all. */
  readonly files: readonly string[];
  /** Faults last for minutes, as in the field, and not for seconds. */
  readonly longFaults: boolean;
}

const LONG_FAULTS = '--faults';
const FAULT_TIER = 'fault';

/**
 * Reads the arguments: names of tiers, paths, which are told by their dot or slash, and `--faults`: the fault tier in its long form.
 *
 * @param known the tiers that run when none is named
 * @param askedFor those that only run when they are
 * @throws RangeError for what is neither, and for paths without the tier that they are in
 */
export function wantedOf(args: readonly string[], known: readonly string[], askedFor: readonly string[] = []): Wanted {
  const all = [...known, ...askedFor];
  const longFaults = args.includes(LONG_FAULTS);
  const words = args.map((arg) => (arg === LONG_FAULTS ? FAULT_TIER : arg));
  const files = words.filter((word) => /[./]/.test(word));
  const tiers = [...new Set(words.filter((word) => !files.includes(word)))];
  const unknown = tiers.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new RangeError(`there is no tier ${unknown.join(', ')}; there are ${all.join(', ')}`);
  if (tiers.length === 0 && files.length > 0) throw new RangeError(`name the tier of ${files.join(', ')}: ${all.join(', ')}`);
  return { everything: tiers.length === 0, tiers: tiers.length === 0 ? known : tiers, files, longFaults };
}
