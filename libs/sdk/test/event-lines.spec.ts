import { expect, it } from 'vitest';
import { eventsOf } from '../src/event-lines.ts';

async function* chunks(...parts: string[]) {
  yield* parts;
}

async function read(...parts: string[]) {
  const events = [];
  for await (const event of eventsOf(chunks(...parts))) events.push(event);
  return events;
}

const stream = ': weft\n\ndata: {"a":1}\n\nid: e.2\ndata: {"b":2}\n\ndata: {"c":3}\n\n';
const events = [
  { id: '', data: '{"a":1}' },
  { id: 'e.2', data: '{"b":2}' },
  { id: 'e.2', data: '{"c":3}' },
];

it('reads events, and keeps the last id for those without one', async () => {
  expect(await read(stream)).toEqual(events);
});

it('reads the same however the stream is cut', async () => {
  for (let size = 1; size < 12; size++) expect(await read(...(stream.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []))).toEqual(events);
});

it('drops an event that was cut off', async () => {
  expect(await read('data: 1\n\ndata: 2\n')).toEqual([{ id: '', data: '1' }]);
});
