import { createClient } from '@weft/sdk';
import { findAccess } from '../api/connect.ts';
import { chosenNamespace } from '../context/namespace.ts';
import { kindOfId } from '../kinds/all-kinds.ts';
import type { Kind } from '../kinds/kind.ts';
import { type Found, fullName } from '../objects/find.ts';
import { findAndTell } from '../objects/find-and-tell.ts';
import { sortedBy } from '../objects/sorted.ts';
import { readTargets, type Targets } from '../objects/targets.ts';
import { bodyOf, type FieldFormat, type Format, fieldsText, isFields, machineText } from '../output/formats.ts';
import { objectTable, type TableOptions } from '../output/object-table.ts';
import { UserError } from '../user-error.ts';
import { watchAndPrint } from '../watching/watch-and-print.ts';

/** Options of every command that takes objects. */
export interface TargetOptions {
  readonly state?: string;
  readonly namespace?: string;
  readonly allNamespaces: boolean;
  readonly selector?: string;
}

/** What `weft get` is given. */
export interface GetOptions extends TargetOptions {
  readonly node?: string;
  readonly output: Format | FieldFormat;
  readonly sortBy?: string;
  readonly watch: boolean;
  readonly watchOnly: boolean;
  readonly showLabels: boolean;
  readonly headers: boolean;
  readonly ignoreNotFound: boolean;
  readonly newest: number;
}

/** What the options say of which objects. */
export async function filterOf({
  state,
  namespace,
  allNamespaces,
  selector,
}: TargetOptions): Promise<{ namespace?: string; selector?: string }> {
  const where = allNamespaces ? undefined : (namespace ?? (await chosenNamespace(state)));
  return { ...(where === undefined ? {} : { namespace: where }), ...(selector === undefined ? {} : { selector }) };
}

/** Reads what is meant. Throws UserError when single objects are named and a selector is there, or all namespaces are: a name is of one namespace. */
export function targetsOf(words: readonly string[], { selector, allNamespaces }: Omit<TargetOptions, 'state'>): Targets {
  const targets = readTargets(words);
  if ('every' in targets) return targets;
  if (selector !== undefined) throw new UserError('name objects, or choose them by --selector; not both');
  const loose = targets.each.find(
    ({ kind, nameOrId, namespace }) => kind.namespaced && namespace === undefined && kindOfId(nameOrId) !== kind,
  );
  if (allNamespaces && loose !== undefined)
    throw new UserError(
      `${loose.kind.name}/${loose.nameOrId} is a name in one namespace: say -n, or ${loose.kind.name}/<namespace>/${loose.nameOrId}, instead of -A`,
    );
  return targets;
}

/** Objects as tables, one for each kind. */
function tables(found: readonly Found[], options: TableOptions): string[] {
  const byKind: ReadonlyMap<Kind, readonly Found[]> = Map.groupBy(found, ({ kind }) => kind);
  const now = Date.now();
  return [...byKind].flatMap(([kind, some], at) => {
    const lines = objectTable(
      kind,
      some.map(({ object }) => object),
      options,
      now,
    );
    return at === 0 ? lines : ['', ...lines];
  });
}

/** Prints objects: all of some kinds, or single ones, and says which of these there are not; with `watch` also what becomes of them, until it is interrupted. Throws UserError. */
export async function get(words: readonly string[], options: GetOptions): Promise<void> {
  const targets = targetsOf(words, options);
  const client = createClient(await findAccess(options.state));
  const filter = { ...(await filterOf(options)), ...(options.node === undefined ? {} : { node: options.node }) };
  const shown: TableOptions = {
    wide: options.output === 'wide',
    withNamespace: options.allNamespaces,
    showLabels: options.showLabels,
    noHeaders: !options.headers,
  };
  const { output, sortBy } = options;
  if (options.watch || options.watchOnly) {
    if (isFields(output) || sortBy !== undefined)
      throw new UserError('changes are told as they come: --watch goes with no --sort-by and no jsonpath');
    return watchAndPrint(client, targets, filter, { format: output, table: shown, changesOnly: options.watchOnly });
  }
  const asListed = await findAndTell(client, targets, filter, options);
  const found = sortBy === undefined ? asListed : sortedBy(asListed, sortBy);
  const everything = 'every' in targets;
  if (isFields(output) || output === 'json' || output === 'yaml') {
    if (found.length === 0 && !everything) return;
    const body = bodyOf(found, !everything && targets.each.length === 1);
    if (isFields(output)) process.stdout.write(fieldsText(output, body));
    else console.log(await machineText(output, body));
  } else if (output === 'name') {
    if (found.length > 0) console.log(found.map(fullName).join('\n'));
  } else if (found.length > 0) console.log(tables(found, shown).join('\n'));
  else if (everything && !options.ignoreNotFound)
    console.error(filter.namespace === undefined ? 'nothing found' : `nothing found in namespace ${filter.namespace}`);
}
