import { eventually } from '@weft/testing';
import { cutMachineOff, FAULTS, losePackets, throughout } from '@weft/testing/faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectUnharmed, FleetUnderFaults } from './fleet-under-faults.ts';

/** How long all requests may take where packets are lost, in ms: each loss costs a second or more, and on a busy machine the rest does. */
const LOSSY_MS = 60_000 + 2_000 * FAULTS.lossyRequests;

describe('the network', () => {
  let under: FleetUnderFaults;
  beforeAll(async () => {
    under = await FleetUnderFaults.start();
  });
  afterAll(() => under.end());

  it('to the control plane is gone for minutes: services answer, and nodes catch up', {
    timeout: FAULTS.controlPlaneAwayMs + 180_000,
  }, async () => {
    const clients = under.asking();
    const heal = await cutMachineOff(under.lab);
    // Accepted at once; it is answered when nodes have it, or with who has not.
    const created = under.newService(FAULTS.controlPlaneAwayMs + 60_000);
    try {
      await throughout(FAULTS.controlPlaneAwayMs, async () => {
        for (const { failures } of clients) expect(failures).toEqual([]);
      });
      expect(await under.answering(await created, 1)).toEqual(new Set());
    } finally {
      await heal();
    }
    await under.expectWhole();
    await eventually('all pods to answer at the service made meanwhile', async () => (await under.answering(await created)).size === 3);
    await expectUnharmed(clients);
  });

  it('loses a tenth of all packets: changes arrive, and every request gets its answer', { timeout: 240_000 + LOSSY_MS }, async () => {
    const heal = await losePackets(under.lab, 10);
    try {
      const service = await under.newService(90_000);
      await eventually('the new service to lead to every pod', async () => (await under.answering(service, 12)).size === 3, {
        withinMs: 90_000,
      });
      const [node] = under.lab.hosts;
      // Each opens its connection at once: one that waits for another's, to share it, has spent its minute on the losses of all before it.
      const many = ['--parallel', '--parallel-immediate', '--parallel-max', '10', '--no-progress-meter'];
      const argv = [
        'curl',
        '-sS',
        ...many,
        '--max-time',
        '60',
        '-o',
        '/dev/null',
        `http://${node?.address}:30090/?[1-${FAULTS.lossyRequests}]`,
      ];
      expect(await under.lab.exec('client', argv, { timeoutMs: LOSSY_MS })).toMatchObject({ exitCode: 0, stderr: '' });
    } finally {
      await heal();
    }
    await under.expectWhole();
  });
});
