import { createClient, readWhen } from '@weft/sdk';
import { findAccess } from '../api/connect.ts';
import { chosenNamespace } from '../context/namespace.ts';
import type { FleetEvent } from '../events/event.ts';
import { followEvents } from '../events/follow.ts';
import { type EventFilter, eventsSince, newestEvents } from '../events/read-events.ts';
import { find } from '../objects/find.ts';
import { readTargets } from '../objects/targets.ts';
import { growingTable } from '../terminal/growing-table.ts';
import { interruption } from '../terminal/interruption.ts';
import { UserError } from '../user-error.ts';

/** What `weft events` is given. */
export interface EventsOptions {
  readonly state?: string;
  readonly namespace?: string;
  readonly for?: string;
  readonly node?: string;
  readonly types?: readonly FleetEvent['type'][];
  readonly since?: string;
  readonly count: number;
  readonly follow: boolean;
  readonly output: 'text' | 'json';
}

/** A time that a person wrote. Throws UserError for a revision, which events are not found by. */
function timeOf(text: string): string {
  const when = readWhen(text);
  if ('revision' in when)
    throw new UserError(`${text} is a revision: say a time such as 2026-11-21T08:00:00Z, or how long ago, such as 2h`);
  return when.at;
}

/** Prints what happened: who asked for what, what nodes did, what others changed; with `follow` also what happens from now on. Throws UserError. */
export async function events(options: EventsOptions): Promise<void> {
  const client = createClient(await findAccess(options.state));
  const filter: EventFilter = {
    ...(options.for === undefined ? {} : { object: await idOf(options.for) }),
    ...(options.node === undefined ? {} : { node: options.node }),
    ...(options.types === undefined ? {} : { types: options.types }),
  };
  const since = options.since === undefined ? undefined : timeOf(options.since);
  const begun = new Date().toISOString();
  const past = await newestEvents(client, { ...filter, ...(since === undefined ? {} : { since }) }, options.count);
  const cells = ({ at, type, by, about, message }: FleetEvent) => [at, type, by, about, message];
  const row = growingTable(['TIME', 'TYPE', 'BY', 'ABOUT', 'MESSAGE'], past.map(cells));
  const print = (event: FleetEvent) => console.log(options.output === 'json' ? JSON.stringify(event) : row(cells(event)));
  for (const event of past) print(event);
  if (!options.follow) return;
  const told = new Set(past.map(({ id }) => id));
  const from = past.at(-1)?.at ?? begun;
  const stop = interruption();
  for await (const event of followEvents((at) => eventsSince(client, filter, at, stop), from, stop))
    if (!told.delete(event.id)) print(event);

  async function idOf(name: string): Promise<string> {
    const targets = readTargets([name]);
    if (!('each' in targets)) throw new UserError(`${name} is no single object: say <kind>/<name>`);
    const namespace = options.namespace ?? (await chosenNamespace(options.state));
    for await (const { object } of find(client, targets, { namespace })) return object.id;
    throw new UserError(`there is no ${name}`);
  }
}
