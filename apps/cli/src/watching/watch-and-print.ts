import { ApiError, type WeftClient } from '@weft/sdk';
import type { AnyObject, Filter, Kind } from '../kinds/kind.ts';
import { fullName, placed } from '../objects/find.ts';
import type { Targets } from '../objects/targets.ts';
import { documentOf, type Format, machineText } from '../output/formats.ts';
import { columnsOf, type TableOptions } from '../output/object-table.ts';
import { growingTable } from '../terminal/growing-table.ts';
import { interruption } from '../terminal/interruption.ts';
import { UserError } from '../user-error.ts';
import { watchMoving } from './moving.ts';

/** How what is watched is printed. */
export interface WatchPrinting {
  readonly format: Format;
  readonly table: TableOptions;
  /** Without what is there when the watch begins. */
  readonly changesOnly: boolean;
}

/** What is watched: objects of one kind, all that the filter leaves or only those of some names or ids. */
interface Watched {
  readonly kind: Kind;
  readonly filter: Filter;
  readonly names: ReadonlySet<string> | null;
}

/** Throws UserError for several kinds at once. */
export function watchedOf(targets: Targets, filter: Filter): Watched {
  const kinds = new Set('every' in targets ? targets.every : targets.each.map(({ kind }) => kind));
  const [kind, ...more] = kinds;
  if (kind === undefined || more.length > 0) throw new UserError('one kind can be watched at a time');
  if ('every' in targets) return { kind, filter: placed(kind, filter), names: null };
  const namespaces = new Set(targets.each.map(({ namespace }) => namespace ?? filter.namespace));
  if (namespaces.size > 1) throw new UserError('one namespace can be watched at a time, or all of them (-A)');
  const [namespace] = namespaces;
  const here = namespace === undefined ? filter : { ...filter, namespace };
  return { kind, filter: placed(kind, here), names: new Set(targets.each.map(({ nameOrId }) => nameOrId)) };
}

/** A change of an object that is watched; `first` when it only tells that the object is there. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: AnyObject;
  readonly first: boolean;
}

/** Every change of what is watched, for ever. One that was too far behind starts over: what is there then is told anew. */
export async function* changesOf(client: WeftClient, { kind, filter, names }: Watched, signal: AbortSignal): AsyncGenerator<Change> {
  const meant = (object: AnyObject) => names === null || names.has(kind.nameOf(object)) || names.has(object.id);
  for (;;) {
    let first = true;
    try {
      for await (const event of watchMoving(client, kind, filter, signal)) {
        if (event.type === 'BOOKMARK') first &&= !event.synced;
        else if (meant(event.object)) yield { type: event.type, object: event.object, first };
      }
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'Expired')) throw error;
    }
  }
}

/** Prints every change of some objects as it comes, until it is interrupted: a row each, or a JSON or YAML document with its `type`. */
export async function watchAndPrint(client: WeftClient, targets: Targets, filter: Filter, printing: WatchPrinting): Promise<void> {
  const watched = watchedOf(targets, filter);
  const { kind } = watched;
  const columns = columnsOf(kind, printing.table);
  const row = growingTable(printing.table.noHeaders ? null : columns.map(({ heading }) => heading));
  const text: Record<Format, (change: Change) => string | Promise<string>> = {
    table: ({ object }) => row(columns.map((column) => column.text(object, Date.now()))),
    wide: ({ object }) => row(columns.map((column) => column.text(object, Date.now()))),
    name: ({ object }) => fullName({ kind, object }),
    json: ({ type, object }) => JSON.stringify({ type, object: documentOf({ kind, object }) }),
    yaml: async ({ type, object }) => `---\n${await machineText('yaml', { type, object: documentOf({ kind, object }) })}`,
  };
  for await (const change of changesOf(client, watched, interruption()))
    if (!(change.first && printing.changesOnly)) console.log(await text[printing.format](change));
}
