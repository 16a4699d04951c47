/** Fields that are worth a look, in the order they are shown; dots lead into objects and arrays. */
const SHOWN = [
  'name',
  'node',
  'ip',
  'type',
  'clusterIP',
  'ports.0.nodePort',
  'backend',
  'labels.app',
  'selector.app',
  'status.phase',
  'status.ready',
  'status.endpoints.ready',
  'status.nodes.applied',
  'code',
  'detail',
] as const;

/** An object of the API in one line: the fields worth a look, and `…` for the rest; of a list only how long it is. */
export function abbreviate(body: unknown): string {
  const items = inside(body, 'items');
  if (Array.isArray(items)) return `{ items: [ ${items.length} ], … }`;
  const fields = SHOWN.flatMap((path) => {
    const value = path.split('.').reduce<unknown>(inside, body);
    return value === undefined || value === null ? [] : [`${path.replace('ports.0.', '')}: ${JSON.stringify(value)}`];
  });
  return `{ ${[...fields, '…'].join(', ')} }`;
}

const inside = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
