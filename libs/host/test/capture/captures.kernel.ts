import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureRefusedError, realCaptures, runCommand } from '@weft/host';
import { eventually } from '@weft/testing';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CAPTURE_CASES, type CapturingHost } from './conformance.ts';

const PATIENCE = { withinMs: 25_000 };
const ORDER = { netns: null, device: 'lo', filter: '', snaplen: 96, count: 1_000, seconds: 60 } as const;

let at: TestNetns;
let folder: string;
beforeEach(async () => {
  at = await createNetns('capture');
  folder = await mkdtemp(join(tmpdir(), 'weft-capture-'));
});
afterEach(async () => {
  await at.destroy();
  await rm(folder, { recursive: true });
});

/** Sends packets to a port of the loopback. Every Debian has perl. */
const SEND = `my ($port, $packets, $bytes) = @ARGV;
my $socket = IO::Socket::INET->new(Proto => "udp") or die $!;
$socket->send("x" x $bytes, 0, pack_sockaddr_in($port, inet_aton("127.0.0.1"))) or die $! for 1 .. $packets;`;

const enter = () => ['ip', 'netns', 'exec', at.name];

const host = (): CapturingHost => ({
  captures: realCaptures(enter()),
  send: async (port, packets, bytes) => {
    await at.run(['perl', '-MSocket', '-MIO::Socket::INET', '-e', SEND, String(port), String(packets), String(bytes)]);
  },
  read: async (stream) => {
    const file = join(folder, 'packets.pcap');
    await writeFile(file, stream);
    // The last packet of a stream that goes on may not be whole yet.
    const { stdout } = await runCommand({ argv: ['tcpdump', '-n', '-r', file, 'udp'] });
    return stdout.split('\n').filter(Boolean);
  },
});

/** Processes that capture in the namespace of the test. */
async function capturing(): Promise<string[]> {
  const { stdout } = await runCommand({ argv: ['ip', 'netns', 'pids', at.name] });
  return stdout.split('\n').filter(Boolean);
}

it.each(Object.entries(CAPTURE_CASES))('%s', (_name, hold) => hold(host()));

it('refuses what tcpdump does not take, with its words', async () => {
  const { captures } = host();
  await expect(captures.begin({ ...ORDER, filter: 'port port' })).rejects.toThrow(/syntax error/);
  await expect(captures.begin({ ...ORDER, device: 'wf-none' })).rejects.toThrow(CaptureRefusedError);
});

it('takes a filter for nothing else than a filter', async () => {
  await expect(host().captures.begin({ ...ORDER, filter: '-w/tmp/weft-no-such-file' })).rejects.toThrow(CaptureRefusedError);
});

it('ends after its time', async () => {
  const capture = await host().captures.begin({ ...ORDER, seconds: 1 });
  const takeAll = () => capture.take(1_000).length === 0 && capture.ended !== null;
  await eventually('its end', takeAll, PATIENCE);
  await eventually('no process', async () => (await capturing()).length === 0, PATIENCE);
});

it('leaves no process when it is closed', async () => {
  const capture = await host().captures.begin(ORDER);
  expect(await capturing()).not.toEqual([]);
  capture.close();
  await eventually('no process', async () => (await capturing()).length === 0, PATIENCE);
});

it('leaves no process when whoever began it is killed', async () => {
  const script = new URL('./capture-owner.ts', import.meta.url).pathname;
  const owner = spawn(process.execPath, [script, at.name], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(owner.stdout, 'data');
  expect(await capturing()).not.toEqual([]);
  owner.kill('SIGKILL');
  await eventually('no process', async () => (await capturing()).length === 0, PATIENCE);
});
