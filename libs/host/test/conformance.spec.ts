import { describe, expect, it } from 'vitest';
import { FakeHost } from '../src/index.ts';
import {
  expectCascade,
  expectKinds,
  expectOneFailureDoesNotStopOthers,
  expectRefusal,
  expectRepair,
  expectWalk,
  REFUSALS,
} from './conformance.ts';
import { expectIpvsRefusal, expectIpvsWalk, expectOneBadServiceDoesNotStopOthers, IPVS_REFUSALS } from './conformance-ipvs.ts';

const eth0 = { kind: 'bridge', netns: null, name: 'eth0', mtu: 1500, mac: '02:00:00:00:00:99', up: true } as const;
const start = { links: [eth0], addresses: [{ netns: null, device: 'eth0', cidr: '192.0.2.1/24' }] };
const fake = () => new FakeHost({ start });

describe('the fake host', () => {
  it('becomes every configuration of the walk', async () => {
    const host = fake();
    await expectWalk(host);
    expect(host.state.links).toEqual(start.links);
  });

  it('reads only what is asked for as it is', async () => {
    await expectKinds(fake());
  });

  it.each(REFUSALS)('refuses %s', async (_name, step, code) => {
    await expectRefusal(fake(), step, code);
  });

  it('tries every line of a batch', async () => {
    await expectOneFailureDoesNotStopOthers(fake());
  });

  it('loses with a link or namespace what hangs on it', async () => {
    await expectCascade(fake());
  });

  it('becomes every configuration with ipvs', async () => {
    await expectIpvsWalk(fake());
  });

  it.each(IPVS_REFUSALS)('refuses %s', async (_name, step, code) => {
    await expectIpvsRefusal(fake(), step, code);
  });

  it('tries every virtual service', async () => {
    await expectOneBadServiceDoesNotStopOthers(fake());
  });

  it('is repaired after somebody else changed it', async () => {
    await expectRepair(fake());
  });
});
