import { compile } from '@weft/compiler';
import { startDetached } from '@weft/host';
import { EMPTY_CONFIG } from '@weft/kernel';
import { applyConfig } from '@weft/reconcile';
import { eventually } from '@weft/testing';
import { desired, pod } from '@weft/testing/desired';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesWith } from '../src/real/processes.ts';
import {
  expectCascade,
  expectKinds,
  expectOneFailureDoesNotStopOthers,
  expectRefusal,
  expectRepair,
  expectWalk,
  REFUSALS,
} from './conformance.ts';
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

/** A server of one pod, and its configuration. */
const ONE_SERVER = compile(
  desired({ pods: [pod(1, { runtime: { type: 'echo' }, ports: [{ name: null, containerPort: 8080, protocol: 'TCP' }] })] }),
  'node_1',
);

describe('the real host', () => {
  it('becomes every configuration of the walk', async () => {
    await expectWalk(at.host);
  }, 60_000);

  it('reads only what is asked for as it is', async () => {
    await expectKinds(at.host);
  });

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

  it('finds the server of a pod whose namespace lost its name, and no server of somebody else', async () => {
    expect((await applyConfig(at.host, ONE_SERVER, EMPTY_CONFIG)).failure).toBeNull();
    await at.must(['ip', 'netns', 'add', 'somebody-else']);
    const server = [process.execPath, at.echoScript, '--identity', 'somebody/else', '--tcp', '8081'];
    for (const place of [[], ['ip', 'netns', 'exec', 'somebody-else']])
      await startDetached(['nsenter', '-t', `${at.pid}`, '-n', '-m', '--', ...place, ...server]);
    const others = async () => (await processesWith('somebody/else')).filter(({ cmdline }) => cmdline.startsWith(process.execPath));
    await eventually('their servers', async () => (await others()).length === 2);
    const name = ONE_SERVER.netns[0]?.name ?? '';
    await at.must(['ip', 'netns', 'delete', name]);

    const damaged = await at.host.observe(ONE_SERVER.sysctls, { pods: true });
    expect(damaged.workloads).toMatchObject([{ netns: expect.stringMatching(/^net:\[\d+\]$/), identity: 'default/pod-1' }]);
    expect((await applyConfig(at.host, ONE_SERVER, damaged)).failure).toBeNull();
    expect((await at.host.observe(ONE_SERVER.sysctls, { pods: true })).workloads).toEqual(ONE_SERVER.workloads);
    expect(await processesWith('default/pod-1')).toHaveLength(1);
    expect(await others()).toHaveLength(2);
  });
});
