import { type Listed, type ListPath, list, type WeftClient } from '@weft/sdk';
import { type FleetEvent, ofAudit, ofDrift, ofReceipt } from './event.ts';

/** Which events. */
export interface EventFilter {
  /** RFC 3339: at this time or later. */
  readonly since?: string;
  /** Id of the object that they are about. */
  readonly object?: string;
  /** Name of the node that they happened on. */
  readonly node?: string;
  /** Only these types; left out: all. */
  readonly types?: readonly FleetEvent['type'][];
}

/** A record that events are read from, newest first. */
interface Source {
  readonly types: readonly FleetEvent['type'][];
  read(client: WeftClient, filter: EventFilter, limit: number, signal?: AbortSignal): AsyncIterable<FleetEvent>;
}

/** A source of one path. `knowsObject` is false for one that says of no event which object it is about. */
function source<P extends ListPath>(
  path: P,
  types: Source['types'],
  knowsObject: boolean,
  eventOf: (record: Listed<P>) => FleetEvent,
): Source {
  return {
    types,
    async *read(client, { since, object, node }, limit, signal) {
      if (object !== undefined && !knowsObject) return;
      const query = { limit, ...(since && { since }), ...(object && { object }), ...(node && { node }) };
      const records = (list as (client: WeftClient, path: P, options: object) => AsyncIterable<Listed<P>>)(client, path, {
        query,
        ...(signal && { signal }),
      });
      for await (const record of records) yield eventOf(record);
    },
  };
}

const SOURCES: readonly Source[] = [
  source('/audit-events', ['Change'], true, ofAudit),
  source('/receipts', ['Applied', 'Failed'], true, ofReceipt),
  source('/drift-events', ['Drift'], false, ofDrift),
];

/** Every type of event. */
export const EVENT_TYPES: readonly FleetEvent['type'][] = SOURCES.flatMap(({ types }) => types);

async function first(events: AsyncIterable<FleetEvent>, wanted: (event: FleetEvent) => boolean, count: number): Promise<FleetEvent[]> {
  const some: FleetEvent[] = [];
  for await (const event of events) {
    if (wanted(event)) some.push(event);
    if (some.length >= count) break;
  }
  return some;
}

/** The newest events that a filter leaves, at most `count`, oldest first. Throws ApiError and ConnectionError. */
export async function newestEvents(client: WeftClient, filter: EventFilter, count: number, signal?: AbortSignal): Promise<FleetEvent[]> {
  const { types = EVENT_TYPES } = filter;
  const asked = SOURCES.filter((one) => one.types.some((type) => types.includes(type)));
  const limit = Math.min(count, 1000);
  const read = await Promise.all(
    asked.map((one) => first(one.read(client, filter, limit, signal), ({ type }) => types.includes(type), count)),
  );
  return read
    .flat()
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .slice(-count);
}

/** All events from a time on that a filter leaves, oldest first, however many: what one record is full of pushes out nothing of another. Throws as newestEvents. */
export const eventsSince = (client: WeftClient, filter: EventFilter, since: string, signal: AbortSignal): Promise<FleetEvent[]> =>
  newestEvents(client, { ...filter, since }, Number.POSITIVE_INFINITY, signal);
