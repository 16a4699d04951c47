import type { Listed, ListPath, WatchEvents, WeftClient } from '@weft/sdk';

/** What every object of the API has. */
export interface AnyObject {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** What a list can be narrowed by, in the words of the command line. */
export interface Filter {
  readonly namespace?: string;
  readonly name?: string;
  readonly selector?: string;
  readonly node?: string;
}

/** A column of the table that objects of a kind are shown as. */
export interface Column<T> {
  readonly heading: string;
  /** Only with `-o wide`. */
  readonly wide?: boolean;
  /** What stands in it; `now` is in ms since 1970. A method, so that one table can hold the columns of all kinds. */
  text(object: T, now: number): string;
}

/** A part of a description: a heading and its lines. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** Reads something that belongs to an object and says it in lines; what the token may not read is said to be so by the caller. */
export interface Related<T> {
  readonly heading: string;
  lines(client: WeftClient, object: T, now: number): Promise<readonly string[]>;
}

/** What can be done with objects of a kind beside listing them. */
export type Verb = 'view' | 'watch' | 'delete' | 'label';

/** All that the command line knows of one kind of object: every command that takes kinds reads it here. */
export interface Kind<T = AnyObject> {
  readonly name: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  /** What ids of it begin with. */
  readonly idPrefix: string;
  /** Where the API lists them; one of them is below it, by its id. */
  readonly path: ListPath;
  /** The part of operation ids of the API that means it: `service` in `serviceList`. */
  readonly operation: string;
  readonly verbs: readonly Verb[];
  readonly namespaced: boolean;
  /** One of those that `all` stands for. */
  readonly inAll?: boolean;
  /** One more comes with everything that happens; the newest are listed first. */
  readonly isRecord?: boolean;
  readonly summary: string;
  /** What its list can be narrowed by, and what the API calls that. */
  readonly filters: Readonly<Partial<Record<keyof Filter, string>>>;
  readonly columns: readonly Column<T>[];
  /** What a description tells beside the object's own fields. */
  readonly related?: readonly Related<T>[];
  /** How far nodes have come with it, as a text that changes as they do; null: it has settled. Only of kinds whose status is computed whenever it is read. */
  progress?(object: T): string | null;
  /** What people call it by: its name, where it has one. */
  nameOf(object: T): string;
}

/** A kind whose objects can be watched has its path among those of watches. */
export type WatchPath = keyof WatchEvents;

/** Puts a kind into the table, in which what its objects hold is for its own file to know. */
export const kindOf = <P extends ListPath>(definition: Kind<Listed<P>> & { readonly path: P }): Kind => definition as unknown as Kind;

/** Filters of lists of objects with a name and labels. */
export const BY_NAME_AND_LABELS = { name: 'name', selector: 'labelSelector' } as const;
