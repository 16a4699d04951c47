import { rm } from 'node:fs/promises';
import { eventually } from '@weft/testing';
import { type Heal, LIES, type LyingProxy, lead, lyingProxy } from '@weft/testing/faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePaths } from '../../src/state/paths.ts';
import { expectUnharmed, FleetUnderFaults } from './fleet-under-faults.ts';

const NODE = 'node-1';

describe('the answer to a pull', () => {
  let under: FleetUnderFaults;
  let proxy: LyingProxy;
  let heal: Heal;

  beforeAll(async () => {
    under = await FleetUnderFaults.start();
    const { url } = await under.fleet.run();
    const { machineAddress } = under.lab;
    const port = Number(new URL(url).port);
    proxy = await lyingProxy(machineAddress, new URL(`http://${machineAddress}:${port}`), '/node-agent/desired');
    heal = await lead(under.lab, NODE, port, proxy.port);
  });
  afterAll(async () => {
    await heal();
    await proxy.close();
    await under.end();
  });

  const rules = async () => (await under.lab.exec(NODE, ['nft', '-s', 'list', 'ruleset'])).stdout;
  const links = async () => (await under.lab.exec(NODE, ['ip', '-br', 'link'])).stdout;

  /** Ends the executor's process as a crash would; it is started again, and connects anew. */
  async function crash(meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    const before = (await under.fleet.run()).processes[NODE] ?? Number.NaN;
    process.kill(before, 'SIGKILL');
    await meanwhile();
    await eventually('a new executor', async () => (await under.fleet.run()).processes[NODE] !== before);
  }

  const lied = async (times: number) => {
    const before = proxy.told();
    await eventually('pulls to be lied to', () => proxy.told() >= before + times, { withinMs: 60_000 });
  };

  it.each(Object.entries(LIES))('is %s: no rule goes, with what the node knows and without', async (_name, lie) => {
    const clients = under.asking();
    await crash();
    await under.expectChange();
    const before = [await rules(), await links()];

    proxy.tell(lie);
    // Meanwhile something changes, of which it cannot hear.
    const created = under.newService(60_000);
    await lied(2);
    expect([await rules(), await links()]).toEqual(before);

    const { state } = nodePaths(under.fleet.paths, NODE);
    await crash(() => rm(state, { recursive: true, force: true }));
    await lied(2);
    expect([await rules(), await links()]).toEqual(before);

    proxy.tell(null);
    await under.fleet.converged(60_000);
    expect((await under.answering(await created)).size).toBe(3);
    await expectUnharmed(clients);
  });
});
