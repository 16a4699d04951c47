import { FakeConntrack } from '@weft/host';
import { expect, it } from 'vitest';
import { expectDeletions, TRACKED } from './conformance.ts';

it('the fake deletes what it is told to and nothing else', async () => {
  const fake = new FakeConntrack(['192.0.2.1']);
  fake.entries = TRACKED;
  await expectDeletions(fake);
});

it('the fake fails when it is told to', async () => {
  const fake = new FakeConntrack([]);
  fake.failure = new Error('no such tool');
  await expect(fake.udpEntries()).rejects.toThrow('no such tool');
  await expect(fake.deleteUdp([])).rejects.toThrow('no such tool');
});
