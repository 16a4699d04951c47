import { RealHost } from '@weft/host';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { connect, createTestHost, type TestHost } from '../test-host.ts';
import { expectNotice, MEDDLINGS } from './conformance.ts';

let at: TestHost;
let hand: RealHost;
beforeEach(async () => {
  at = await createTestHost();
  await connect(at, 'eth0', '192.0.2.1/24', at, 'lan', null);
  hand = new RealHost({ workloadScript: at.echoScript, enter: ['nsenter', '-t', `${at.pid}`, '-n', '-m'] });
});
afterEach(async () => {
  hand.close();
  await at.destroy();
});

describe('the real monitor', () => {
  it.each(MEDDLINGS)('tells when somebody $does', async (meddling) => {
    const monitor = at.host.monitor(`/proc/${at.pid}/root/run/netns`);
    await expectNotice({ host: at.host, monitor, meddle: (step) => hand.run(step) }, meddling);
  });
});
