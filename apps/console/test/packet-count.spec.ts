import { expect, it } from 'vitest';
import { record, stream } from '../../control-plane/test/captures/packets.ts';
import { PacketCount } from '../src/capture/packet-count.ts';

const whole = stream([record(1, 'one'), record(2, ''), record(3, 'three')]);

it.each([1, 7, 24, 40, whole.length])('counts the packets of a stream that comes in pieces of %i bytes', (size) => {
  const count = new PacketCount();
  for (let at = 0; at < whole.length; at += size) count.add(whole.subarray(at, at + size));
  expect(count.packets).toBe(3);
});

it('counts no packet that has not come in whole', () => {
  const count = new PacketCount();
  count.add(whole.subarray(0, whole.length - 1));
  expect(count.packets).toBe(2);
});
