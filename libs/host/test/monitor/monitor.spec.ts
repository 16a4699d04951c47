import { FakeHost, FakeMonitor } from '@weft/host';
import { describe, it } from 'vitest';
import { expectNotice, MEDDLINGS } from './conformance.ts';

const eth0 = { kind: 'bridge', netns: null, name: 'eth0', mtu: 1500, mac: '02:00:00:00:00:99', up: true } as const;
const start = { links: [eth0], addresses: [{ netns: null, device: 'eth0', cidr: '192.0.2.1/24' }] };

describe('the fake monitor', () => {
  it.each(MEDDLINGS)('tells when somebody $does', async (meddling) => {
    const host = new FakeHost({ start });
    await expectNotice({ host, monitor: new FakeMonitor(host), meddle: (step) => host.runBy({ pid: 1, name: 'hand' }, step) }, meddling);
  });
});
