import { expect, it } from 'vitest';
import { EventStream } from '../src/watch/event-stream.ts';

it('cuts off a client that does not read, once, and then sends nothing more', () => {
  let cutOff = 0;
  const stream = new EventStream(() => {
    cutOff += 1;
  });
  const big = 'x'.repeat(100_000);
  for (let sent = 0; sent < 100; sent++) stream.send(`e.${sent}`, big);
  expect({ cutOff, closed: stream.closed }).toEqual({ cutOff: 1, closed: true });
});

it('keeps a client that reads, however much it gets', async () => {
  const stream = new EventStream(() => {
    throw new Error('cut off');
  });
  const sending = (async () => {
    for (let sent = 0; sent < 200; sent++) {
      stream.send(null, 'x'.repeat(100_000));
      await stream.caughtUp();
    }
    stream.end();
  })();
  let received = 0;
  for await (const chunk of stream.body) received += chunk.length;
  await sending;
  expect(received).toBeGreaterThan(20_000_000);
});

it('does not wait for a client that has gone', async () => {
  const stream = new EventStream(() => undefined);
  stream.send(null, 'x'.repeat(100_000));
  const waiting = stream.caughtUp();
  stream.body.destroy();
  await waiting;
  await stream.caughtUp();
  expect(stream.closed).toBe(true);
});

it('writes an event as the standard has it', async () => {
  const stream = new EventStream(() => undefined);
  stream.send('e.1', { type: 'BOOKMARK' });
  stream.send(null, 'text\nwith lines');
  stream.end();
  let text = '';
  for await (const chunk of stream.body) text += chunk;
  expect(text).toBe(': weft\n\nid: e.1\ndata: {"type":"BOOKMARK"}\n\ndata: "text\\nwith lines"\n\n');
});
