import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectCascade, expectOneFailureDoesNotStopOthers, expectRefusal, expectRepair, expectWalk, REFUSALS } from './conformance.ts';
import { connect, createTestHost, type TestHost } from './test-host.ts';

let at: TestHost;

beforeEach(async () => {
  at = await createTestHost();
  await connect(at, 'eth0', '192.0.2.1/24', at, 'lan', null);
  // A fake could not see what another program does.
  await at.must(['ip', 'link', 'add', 'wfproof', 'mtu', '1234', 'type', 'bridge']);
  expect((await at.host.observe([], { pods: false })).links).toMatchObject([{ name: 'wfproof', mtu: 1234, up: false }]);
  await at.must(['ip', 'link', 'delete', 'wfproof']);
});

afterEach(() => at.destroy());

describe('the real host', () => {
  it('becomes every configuration of the walk', async () => {
    await expectWalk(at.host);
  }, 60_000);

  it.each(REFUSALS)('refuses %s', async (_name, step, code) => {
    await expectRefusal(at.host, step, code);
  });

  it('tries every line of a batch', async () => {
    await expectOneFailureDoesNotStopOthers(at.host);
  });

  it('loses with a link or namespace what hangs on it', async () => {
    await expectCascade(at.host);
  });

  it('is repaired after somebody else changed it', async () => {
    await expectRepair(at.host);
  });
});
