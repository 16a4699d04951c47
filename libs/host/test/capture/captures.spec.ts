import { type FakeCapture, FakeCaptures } from '@weft/host';
import { expect, it } from 'vitest';
import { CAPTURE_CASES, type CapturingHost } from './conformance.ts';

const HEADER = Buffer.alloc(24, 'h');
const RECORD_BYTES = 60;

/** A host in memory, on which each packet is a line padded to the same length, and a filter is the port at its end. */
function host(): CapturingHost {
  const fake = new FakeCaptures();
  const seen = new Map<FakeCapture, number>();
  return {
    captures: {
      begin: async (order) => {
        const capture = await fake.begin(order);
        capture.see(HEADER);
        return capture;
      },
    },
    send: async (port, packets) => {
      for (const capture of fake.begun) {
        const { filter, count } = capture.order;
        for (let sent = 0; sent < packets && (filter === '' || filter.endsWith(` ${port}`)); sent++) {
          const so = (seen.get(capture) ?? 0) + 1;
          if (so <= count) capture.see(Buffer.from(`127.0.0.1.5 > 127.0.0.1.${port}: UDP`.padEnd(RECORD_BYTES)));
          if (so === count) capture.end('2 packets captured');
          seen.set(capture, so);
        }
      }
    },
    read: async (stream) => stream.subarray(HEADER.length).toString().match(/.{60}/g) ?? [],
  };
}

it.each(Object.entries(CAPTURE_CASES))('%s', (_name, hold) => hold(host()));

it('refuses when it is told to', async () => {
  const fake = new FakeCaptures();
  fake.refusal = 'no such device';
  const order = { netns: null, device: 'lo', filter: '', snaplen: 96, count: 1, seconds: 1 };
  await expect(fake.begin(order)).rejects.toThrow('no such device');
});
