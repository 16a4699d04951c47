import { fulfils, type Labels, type Reach, type Requirement, reaches } from '@weft/model';
import type { WatchEvent } from '@weft/store';

/** What a watch wants to see. Only labels change during an object's life; the other filters decide once and for all. */
export interface WatchFilter {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly node?: string | undefined;
  readonly service?: string | undefined;
  readonly labelSelector?: readonly Requirement[] | undefined;
}

/** What filters look at, as far as a kind of object has it. */
export interface Filterable {
  readonly id: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly node?: string | null;
  readonly service?: string;
  readonly labels?: Labels;
}

/** Where an object is, as tokens reach it: its namespace, its own name when it is one. */
const placeOf = ({ namespace, name = '' }: Filterable) => namespace ?? name;

const FIXED = ['name', 'namespace', 'node', 'service'] as const;

/**
 * Decides, for one watch, what an event looks like to a client that sees only what the filter lets through: an object whose labels begin to match
 * is ADDED, one whose labels stop matching is DELETED. A resumed watch does not know what its client has; then an object that does not
 * match is DELETED once, which costs the client nothing if it never had it.
 */
export class FilteredView {
  private readonly filter: WatchFilter;
  /** The namespaces that the watcher's token reaches. */
  private readonly reach: Reach;
  private readonly resumed: boolean;
  /** Whether the client has the object, where that is known. Kept only for watches that filter by labels. */
  private readonly has = new Map<string, boolean>();

  constructor(filter: WatchFilter, reach: Reach, resumed: boolean) {
    this.filter = filter;
    this.reach = reach;
    this.resumed = resumed;
  }

  /** The client got this object in its initial list. */
  listed(object: Filterable): void {
    if (this.filter.labelSelector !== undefined) this.has.set(object.id, true);
  }

  /** The event as the client is to see it; null when it is to see nothing. */
  see<T extends Filterable>(event: WatchEvent<T>): WatchEvent<T> | null {
    const { object } = event;
    if (!reaches(this.reach, placeOf(object))) return null;
    if (FIXED.some((field) => this.filter[field] !== undefined && this.filter[field] !== object[field])) return null;
    const { labelSelector } = this.filter;
    if (labelSelector === undefined) return event;
    const before = this.has.get(object.id) ?? (this.resumed ? 'unknown' : false);
    const matches = event.type !== 'DELETED' && fulfils(labelSelector, object.labels ?? {});
    if (event.type === 'DELETED') this.has.delete(object.id);
    else this.has.set(object.id, matches);
    if (matches) return before === false ? { ...event, type: 'ADDED' } : event;
    return before === false ? null : { ...event, type: 'DELETED' };
  }
}
