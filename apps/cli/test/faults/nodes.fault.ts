import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@weft/testing';
import { cutOff, FAULTS, throughout } from '@weft/testing/faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Node, Service } from '../../src/api/fleet-api.ts';
import { joinLabNode } from '../../src/fleet/join.ts';
import { executor } from '../../src/fleet/services.ts';
import { bundleOf } from '../../src/repository.ts';
import { nodePaths, statePaths } from '../../src/state/paths.ts';
import { expectUnharmed, FleetUnderFaults } from './fleet-under-faults.ts';

const NODE = 'node-3';

/** Nodes speak every second and are given up after five, so that a silence of seconds is what one of minutes is in the field. */
const SETTINGS = { WEFT_HEARTBEAT_SECONDS: '1', WEFT_SWEEP_SECONDS: '1' } as const;
const GRACE_SECONDS = 5;

describe('a node', () => {
  let under: FleetUnderFaults;

  beforeAll(async () => {
    Object.assign(process.env, SETTINGS);
    under = await FleetUnderFaults.start();
    await under.fleet.call('PATCH', '/cluster', { notReadyAfterSeconds: GRACE_SECONDS });
  });
  afterAll(async () => {
    for (const name of Object.keys(SETTINGS)) delete process.env[name];
    await under.end();
  });

  const nodeNamed = async (name: string): Promise<Node> => {
    const node = (await (await under.fleet.api()).nodes()).find((one) => one.name === name);
    if (node === undefined) throw new Error(`there is no ${name}`);
    return node;
  };
  const isGivenUp = async () => (await nodeNamed(NODE)).status.phase === 'NotReady';
  /** The others send nothing there any more: they have applied what giving it up means. */
  const othersKnow = async () => {
    const nodes = (await (await under.fleet.api()).nodes()).filter(({ name }) => name !== NODE);
    return nodes.every(({ status }) => status.phase === 'Ready');
  };
  const service = () => under.newService(30_000);
  const allAnswer = (of: Service, third: string) =>
    eventually('all pods to answer', async () => (await under.answering(of, 30)).has(third), { withinMs: 30_000, everyMs: 200 });
  /** Makes another pod on the node, and has it used. */
  const newPod = async (name: string, of: Service) => {
    await under.fleet.createPod(name, NODE, 'web');
    await allAnswer(of, name);
    await under.fleet.converged(60_000);
  };

  it('that is cut off is led around, and is used again when it is back', { timeout: FAULTS.nodeCutOffMs + 180_000 }, async () => {
    const before = await service();
    const heal = await cutOff(under.lab, NODE);
    try {
      await eventually('the node to be given up', isGivenUp, { withinMs: 30_000, everyMs: 100 });
      await eventually('the others to know', othersKnow, { withinMs: 30_000, everyMs: 100 });
      const clients = under.asking();
      await throughout(FAULTS.nodeCutOffMs, async () => {
        for (const { failures } of clients) expect(failures).toEqual([]);
      });
      expect(await under.answering(before, 30)).toEqual(new Set(['pod-1', 'pod-2']));
      await expectUnharmed(clients);
    } finally {
      await heal();
    }
    await eventually('the node to be back', async () => !(await isGivenUp()), { withinMs: 60_000, everyMs: 100 });
    await under.expectWhole();
    await allAnswer(before, 'pod-3');
  });

  it('that was removed while it was away cleans its host when it is back, and can join anew', { timeout: 240_000 }, async () => {
    const before = await service();
    const pid = (await under.fleet.run()).processes[NODE];
    if (pid === undefined) throw new Error(`${NODE} does not run`);
    const ours = async () =>
      (await under.lab.exec(NODE, ['sh', '-c', 'nft list tables; ip -brief link'])).stdout.match(/weft|wf[0-9a-f]+/g);
    const { id } = await nodeNamed(NODE);
    process.kill(pid, 'SIGSTOP');
    try {
      await eventually('the node to be given up', isGivenUp, { withinMs: 30_000, everyMs: 100 });
      await expect(under.fleet.call('DELETE', `/nodes/${id}`)).rejects.toThrow('InUse');
      await under.fleet.call('DELETE', `/nodes/${id}?force=true`);
      // Nobody has told the host: it goes on as it is.
      expect(await ours()).not.toBeNull();
      expect(await under.answering(before, 30)).toEqual(new Set(['pod-1', 'pod-2']));
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually('the host to be clean', async () => (await ours()) === null, { withinMs: 60_000, everyMs: 200 });

    // The same process, with the credential of a node that joins under the old name, on a host that has the old one still.
    const api = await under.fleet.api();
    const node = await api.createNode({ name: NODE });
    const { url } = await under.fleet.run();
    await joinLabNode(api, under.fleet.paths, under.lab, `http://${under.lab.machineAddress}:${new URL(url).port}`, node);
    await under.fleet.converged(60_000);
    expect((await under.fleet.run()).processes[NODE]).toBe(pid);
    await newPod('pod-4', before);
  });

  it('that has a double keeps its name; the double gets it once the node is silent, and the node gets it back', {
    timeout: 240_000,
  }, async () => {
    const { lab, fleet } = under;
    const before = await service();
    const { address } = await nodeNamed(NODE);
    const pid = (await fleet.run()).processes[NODE];
    if (pid === undefined) throw new Error(`${NODE} does not run`);
    const oursOnClient = async () =>
      (await lab.exec('client', ['sh', '-c', 'nft list tables; ip -brief link'])).stdout.match(/weft|wf[0-9a-f]+/g);

    // Somebody has cloned the host, with its credential.
    const clone = statePaths(await mkdtemp(join(tmpdir(), 'weft-double-')));
    const { directory, credential } = nodePaths(clone, 'client');
    for (const folder of [directory, clone.logs]) await mkdir(folder, { recursive: true });
    await copyFile(nodePaths(fleet.paths, NODE).credential, credential);
    const env = { WEFT_URL: `http://${lab.machineAddress}:${new URL((await fleet.run()).url).port}` };
    const said = () => readFile(join(clone.logs, 'client.log'), 'utf8');
    const double = await executor(clone, lab, 'client', env).start();
    try {
      await throughout(5_000, async () => {
        expect(await oursOnClient()).toBeNull();
        expect(await nodeNamed(NODE)).toMatchObject({ address, status: { phase: expect.not.stringMatching('NotReady') } });
      });
      expect((await under.answering(before, 30)).size).toBe(3);
      expect(await said()).toContain(`${address} lives`);

      process.kill(pid, 'SIGSTOP');
      await eventually('the double to be the node', async () => (await nodeNamed(NODE)).address !== address, {
        withinMs: 60_000,
        everyMs: 200,
      });
      process.kill(pid, 'SIGCONT');
      // As long as the double speaks it stays the node.
      const { address: elsewhere } = await nodeNamed(NODE);
      await throughout(5_000, async () => expect((await nodeNamed(NODE)).address).toBe(elsewhere));
    } finally {
      process.kill(pid, 'SIGCONT');
      await double.stop();
    }
    await eventually('the node to have its name back', async () => (await nodeNamed(NODE)).address === address, {
      withinMs: 60_000,
      everyMs: 200,
    });
    const cleanup = [process.execPath, bundleOf('node-executor'), 'cleanup'];
    expect(await lab.exec('client', cleanup, { env: { WEFT_STATE_DIR: nodePaths(clone, 'client').state } })).toMatchObject({ exitCode: 0 });
    expect(await oursOnClient()).toBeNull();
    await rm(clone.directory, { recursive: true });
    await fleet.converged(60_000);
    const after = await service();
    await eventually('all pods to answer', async () => (await under.answering(after, 30)).size === 3, { withinMs: 30_000, everyMs: 200 });
  });

  it('that is drained under load loses no connection', { timeout: 180_000 }, async () => {
    const clients = under.asking();
    const { id } = await nodeNamed(NODE);
    await under.fleet.call('POST', `/nodes/${id}/drain`, { graceSeconds: 2 });
    const isDrained = async () => (await nodeNamed(NODE)).status.drain?.phase === 'Drained';
    await eventually('the node to be drained', isDrained, { withinMs: 60_000, everyMs: 100 });
    await expectUnharmed(clients);
    const after = await service();
    expect(await under.answering(after, 30)).toEqual(new Set(['pod-1', 'pod-2']));
    await under.fleet.call('PATCH', `/nodes/${id}`, { cordoned: false });
    await newPod('pod-5', after);
  });
});
