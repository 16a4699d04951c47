import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeCounterListings } from '@weft/host';
import { COUNTERS_PER_REPORT, PROTOCOL } from '@weft/model';
import { createLogger } from '@weft/telemetry';
import { desired, node, plan, service, tcp } from '@weft/testing/desired';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TallyFile } from '../../src/counters/tally-file.ts';
import { TrafficCounters } from '../../src/counters/traffic-counters.ts';
import { FakeControlPlane } from '../support/fake-control-plane.ts';
import { FACTS } from '../support/objects.ts';

const HEARTBEAT_MS = 10_000;
const state = (...ports: readonly number[]) =>
  desired({
    nodes: [node(1, { backend: 'iptables' })],
    services: [
      service(
        1,
        ports.map((port) => tcp(port, [])),
      ),
    ],
  });
const STATE = state(80, 81);

let folder: string;
let now: number;
let listings: FakeCounterListings;
let controlPlane: FakeControlPlane;
let session: string;
let counters: TrafficCounters;

const make = () =>
  new TrafficCounters({
    listings,
    controlPlane,
    file: new TallyFile(join(folder, 'counters/tally.json')),
    now: () => now,
    log: createLogger('test', 'silent'),
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-counters-'));
  now = 0;
  listings = new FakeCounterListings();
  controlPlane = new FakeControlPlane();
  session = (await controlPlane.openSession({ protocol: PROTOCOL, facts: FACTS })).session;
  counters = make();
});
afterEach(() => rm(folder, { recursive: true }));

/** What the kernel says of ports: `{ 80: 3 }` is three connections to port 80. */
function kernelSays(connections: Readonly<Record<number, number>>): void {
  const line = ([port, count]: [string, number]) =>
    `[${count}:0] -A WEFT-COUNT-X -p tcp -m conntrack --ctorigdst ${plan.service(1)} --ctorigdstport ${port} ! --ctstatus CONFIRMED\n`;
  listings.listings = { iptables: Object.entries(connections).map(line).join('') };
}

async function countAfter(ms: number, of = STATE): Promise<void> {
  now += ms;
  counters.count({ nodeId: 'node_1', desired: of, session, heartbeatMs: HEARTBEAT_MS });
  await counters.settled();
}

const said = () => controlPlane.counted.splice(0).flatMap((report) => report.counters.map(({ port, connections }) => [port, connections]));

it('tells what has changed, and only that', async () => {
  kernelSays({ 80: 3, 81: 5 });
  await countAfter(0);
  expect(said()).toEqual([
    [80, 3],
    [81, 5],
  ]);
  kernelSays({ 80: 4, 81: 5 });
  await countAfter(HEARTBEAT_MS);
  expect(said()).toEqual([[80, 4]]);
  await countAfter(HEARTBEAT_MS);
  expect(said()).toEqual([]);
});

it('reads once in a heartbeat at most', async () => {
  kernelSays({ 80: 3 });
  await countAfter(0);
  kernelSays({ 80: 4 });
  await countAfter(HEARTBEAT_MS - 1);
  expect(said()).toEqual([[80, 3]]);
  await countAfter(1);
  expect(said()).toEqual([[80, 4]]);
});

it('reads more seldom where reading takes long: for a twentieth of the time', async () => {
  kernelSays({ 80: 3 });
  const { list } = listings;
  listings.list = async (backend) => {
    now += 1_000;
    return list.call(listings, backend);
  };
  await countAfter(0);
  kernelSays({ 80: 4 });
  await countAfter(18_999);
  expect(said()).toEqual([[80, 3]]);
  await countAfter(1);
  expect(said()).toEqual([[80, 4]]);
});

it('tells later what the control plane did not hear, and everything to a new session', async () => {
  kernelSays({ 80: 3 });
  controlPlane.down = true;
  await countAfter(0);
  controlPlane.down = false;
  await countAfter(HEARTBEAT_MS);
  expect(said()).toEqual([[80, 3]]);
  session = (await controlPlane.openSession({ protocol: PROTOCOL, facts: FACTS })).session;
  await countAfter(HEARTBEAT_MS);
  expect(said()).toEqual([[80, 3]]);
});

it('goes on where the executor before it ended, and where it was killed as well', async () => {
  kernelSays({ 80: 100 });
  await countAfter(0);
  kernelSays({ 80: 110 });
  await countAfter(HEARTBEAT_MS);
  // Killed: what it last kept is a reading old. The rules stayed, and went on counting.
  counters = make();
  kernelSays({ 80: 120 });
  await countAfter(HEARTBEAT_MS);
  expect(said().at(-1)).toEqual([80, 120]);
  await counters.close();
  // The rules are made anew while no executor runs.
  counters = make();
  kernelSays({ 80: 7 });
  await countAfter(HEARTBEAT_MS);
  expect(said()).toEqual([[80, 127]]);
});

it('takes back nothing that it told, killed and with the rules made anew', async () => {
  kernelSays({ 80: 100 });
  await countAfter(0);
  kernelSays({ 80: 171 });
  await countAfter(HEARTBEAT_MS);
  counters = make();
  kernelSays({ 80: 0 });
  await countAfter(HEARTBEAT_MS);
  expect(said().at(-1)).toEqual([80, 171]);
});

it('starts over from a file that is broken, and keeps it', async () => {
  kernelSays({ 80: 3 });
  await countAfter(0);
  await counters.close();
  await writeFile(join(folder, 'counters/tally.json'), '{"format":1');
  counters = make();
  await countAfter(HEARTBEAT_MS);
  expect(said().at(-1)).toEqual([80, 3]);
  expect(await readdir(join(folder, 'counters'))).toContain('tally.json.unreadable');
});

it('tells many counters in several reports', async () => {
  const ports = Array.from({ length: COUNTERS_PER_REPORT + 1 }, (_, i) => i + 1);
  kernelSays(Object.fromEntries(ports.map((port) => [port, 1])));
  await countAfter(0, state(...ports));
  expect(controlPlane.counted.map((report) => report.counters.length)).toEqual([COUNTERS_PER_REPORT, 1]);
});

it('goes on when the tool fails', async () => {
  listings.failure = new Error('nft: killed');
  await countAfter(0);
  listings.failure = null;
  kernelSays({ 80: 3 });
  await countAfter(HEARTBEAT_MS);
  expect(said()).toEqual([[80, 3]]);
});
