import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@weft/host';
import { eventually, type Lab } from '@weft/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pod } from '../../src/api/fleet-api.ts';
import { bundleOf } from '../../src/repository.ts';
import { Asking } from '../fleet/asking.ts';
import { LocalFleet } from '../fleet/local-fleet.ts';

const PATIENCE = { withinMs: 60_000, everyMs: 200 };

let fleet: LocalFleet;
let lab: Lab;
let folder: string;
let asking: Asking[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-captures-'));
  fleet = await LocalFleet.place();
  await fleet.up(2);
  lab = await fleet.lab();
  const pods: Pod[] = [];
  for (const n of [1, 2]) pods.push(await fleet.createPod(`pod-${n}`, `node-${n}`, 'web'));
  const { clusterIP } = await fleet.createService('web', 'web');
  await fleet.converged();
  asking = pods.map((pod, at) => new Asking(lab, { host: `node-${at + 1}`, netns: pod.status.netns }, `http://${clusterIP}/`));
});
afterAll(async () => {
  for (const one of asking) await one.stop();
  await fleet.weft('down', '--purge');
  await rm(folder, { recursive: true });
});

/** Begins `weft capture` into the file. */
async function begin(what: string, ...terms: string[]): Promise<ChildProcess> {
  const out = await open(file(), 'w');
  const argv = [bundleOf('cli'), 'capture', what, ...terms, '--state', fleet.paths.directory];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', out.fd, 'inherit'] });
  await out.close();
  return child;
}

const file = () => join(folder, 'packets.pcap');

/** The packets in the file, as tcpdump reads them: whole, or it says so. */
async function packets(): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runCommand({ argv: ['tcpdump', '-n', '-r', file()] });
  expect(exitCode, stderr).toBe(0);
  return stdout.split('\n').filter(Boolean);
}

async function captured(what: string, ...terms: string[]): Promise<string[]> {
  const [exitCode] = await once(await begin(what, ...terms), 'exit');
  expect(exitCode).toBe(0);
  return packets();
}

/** Commands that run on the nodes and are there for captures and traces only. */
async function left(): Promise<string[]> {
  const listings = await Promise.all(['node-1', 'node-2'].map((host) => lab.exec(host, ['ps', '-e', '-o', 'args='])));
  return listings.flatMap(({ stdout }) => stdout.split('\n').filter((line) => /^(timeout|tcpdump|nft monitor trace)\b/.test(line)));
}

const nothing = () => eventually('nothing of it on the nodes', async () => (await left()).length === 0, PATIENCE);
const something = () => eventually('a capture on a node', async () => (await left()).length > 0, PATIENCE);

it('writes packets of a pod that tcpdump reads, as many as there may be and only what the filter names', async () => {
  const lines = await captured('pod/pod-1', '--filter', 'tcp dst port 8080', '--count', '10', '--seconds', '60');
  expect(lines).toHaveLength(10);
  expect(lines.filter((line) => !/> 100\.64\.\d+\.\d+\.8080:/.test(line))).toEqual([]);
});

it('merges packets of all pods behind a service, and ends at a size', async () => {
  const lines = await captured('service/web', '--filter', 'tcp dst port 8080', '--bytes', '20000', '--seconds', '60');
  const pods = new Set(lines.map((line) => /> (\S+)\.8080:/.exec(line)?.[1]));
  expect(pods.size).toBe(2);
  expect((await readFile(file())).length).toBeLessThanOrEqual(20_000);
});

it('captures a node, without what its executor says to the control plane', async () => {
  const { url } = await fleet.run();
  const lines = await captured('node/node-1', '--count', '200', '--seconds', '60');
  expect(lines.length).toBe(200);
  expect(lines.filter((line) => line.includes(`.${new URL(url).port}:`) || line.includes(`.${new URL(url).port} >`))).toEqual([]);
});

it('ends after its time', async () => {
  expect(await captured('pod/pod-1', '--filter', 'tcp port 9', '--seconds', '1')).toEqual([]);
});

it('leaves nothing on the nodes when the client is killed', async () => {
  const client = await begin('pod/pod-1', '--seconds', '600');
  await something();
  client.kill('SIGKILL');
  await nothing();
});

it('leaves nothing on the nodes when their executor is killed', async () => {
  const client = await begin('pod/pod-1', '--seconds', '600');
  await something();
  const { stdout } = await lab.exec('node-1', ['ps', '-e', '-o', 'pid=,args=']);
  const [, pid = ''] = /^ *(\d+) \S*node .*node-executor\/dist\/main\.mjs run/m.exec(stdout) ?? [];
  expect((await lab.exec('node-1', ['kill', '-KILL', pid])).exitCode).toBe(0);
  await nothing();
  await once(client, 'exit');
  await packets();
});

it('says what a filter may not be', async () => {
  const run = await fleet.weft('capture', 'pod/pod-1', '--filter', 'host example.org');
  expect(run.exitCode).toBe(3);
  expect(run.stderr).toContain('"example.org" cannot stand in a filter');
});
