import type { ServiceDataplane } from '../api/explain-api.ts';
import { type Paint } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';

type Group = ServiceDataplane['groups'][number];
type Column = string | null;

/** Whether a thing is somewhere, and as it is desired. */
function tick(text: Column, desired: Column, paint: Paint): string {
  if (text === null) return desired === null ? '' : paint('red', 'missing');
  return text === desired ? paint('green', 'yes') : paint('yellow', desired === null ? 'still' : 'otherwise');
}

/** What a service has on nodes that are the same: a line for each thing, and whether it is desired, applied and live. */
export function groupLines({ nodes, backend, answered, differing, objects }: Group, paint: Paint): string[] {
  const rows = objects.map(({ place, key, desired, applied, live }) => [
    `${place}: ${desired ?? applied ?? key}`,
    desired === null ? '' : paint('green', 'yes'),
    tick(applied, desired, paint),
    answered ? tick(live, desired, paint) : '?',
  ]);
  const state = answered ? `${differing} of ${objects.length} differ` : 'no answer: nobody knows what is live';
  return [paint('bold', `${nodes.join(', ')} (${backend}): ${state}`), ...table(['WHAT', 'DESIRED', 'APPLIED', 'LIVE'], rows)];
}
