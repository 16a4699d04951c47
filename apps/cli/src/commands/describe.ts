import { ApiError, createClient, type WeftClient } from '@weft/sdk';
import { findAccess } from '../api/connect.ts';
import { describeObject } from '../describing/description.ts';
import { newestEvents } from '../events/read-events.ts';
import { ago } from '../kinds/cells.ts';
import type { AnyObject, Kind, Related, Section } from '../kinds/kind.ts';
import { find } from '../objects/find.ts';
import { table } from '../terminal/table.ts';
import { filterOf, type TargetOptions, targetsOf } from './get.ts';

/** Events that a description tells of. */
const EVENTS_SHOWN = 10;

/** What was done to an object lately, and what nodes did for it. */
const EVENTS: Related<AnyObject> = {
  heading: 'Events',
  async lines(client, { id }, now) {
    const events = await newestEvents(client, { object: id }, EVENTS_SHOWN);
    return table(
      ['AGE', 'TYPE', 'BY', 'MESSAGE'],
      events.map(({ at, type, by, message }) => [ago(at, now), type, by, message]),
    );
  },
};

/** Reads what belongs to an object; what this token may not read is said so instead. */
async function sectionsOf(client: WeftClient, kind: Kind, object: AnyObject, now: number): Promise<Section[]> {
  return Promise.all(
    [...(kind.related ?? []), EVENTS].map(async ({ heading, lines }) => {
      try {
        return { heading, lines: await lines(client, object, now) };
      } catch (error) {
        if (error instanceof ApiError && error.code === 'Forbidden') return { heading, lines: [`not for this token: ${error.message}`] };
        throw error;
      }
    }),
  );
}

/** Prints all that there is to say of objects, one after the other. Throws UserError. */
export async function describe(words: readonly string[], options: TargetOptions): Promise<void> {
  const targets = targetsOf(words, options);
  const client = createClient(await findAccess(options.state));
  let between = '';
  for await (const { kind, object } of find(client, targets, await filterOf(options))) {
    const now = Date.now();
    console.log(between + describeObject(kind, object, await sectionsOf(client, kind, object, now), now).join('\n'));
    between = '\n\n';
  }
  if (between === '') console.error('nothing found');
}
