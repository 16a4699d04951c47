import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readlinkSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchBackend } from './fleet.ts';

const VARIANTS: Partial<Record<BenchBackend, string>> = { 'iptables-nft': 'xtables-nft-multi', 'iptables-legacy': 'xtables-legacy-multi' };

function run(...argv: readonly [string, ...string[]]): void {
  const [file, ...args] = argv;
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Gives a network namespace a link that leads nowhere, with a host's address; `into` leads there. */
function giveAddress(into: readonly string[]): void {
  const ip = ['ip', ...into] as const;
  run(...ip, 'link', 'set', 'lo', 'up');
  run(...ip, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'lan');
  run(...ip, 'address', 'add', '192.0.2.1/24', 'dev', 'eth0');
  run(...ip, 'link', 'set', 'eth0', 'up');
  run(...ip, 'link', 'set', 'lan', 'up');
}

/** Makes another host at the same address, beside the own one. Returns what leads there. */
export function makeTwin(name: string): readonly string[] {
  run('ip', 'netns', 'add', name);
  giveAddress(['-n', name]);
  return ['ip', 'netns', 'exec', name];
}

/**
 * Makes the network namespace that this process was put into a host at 192.0.2.1, beside an empty one called `floor`, and the wanted variant of iptables the one that is
 * found first. Throws when it is the network of whoever started this process: nothing here may ever touch that.
 */
export function prepareOwnNetwork(backend: BenchBackend): void {
  if (readlinkSync('/proc/self/ns/net') === readlinkSync(`/proc/${process.ppid}/ns/net`))
    throw new Error('not in a network namespace of its own');
  mkdirSync('/run/netns', { recursive: true });
  run('mount', '-t', 'tmpfs', 'weft-bench', '/run/netns');
  run('ip', 'netns', 'add', 'floor');
  giveAddress([]);
  const variant = VARIANTS[backend];
  if (variant === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'weft-bench-tools-'));
  for (const tool of ['iptables', 'iptables-save', 'iptables-restore']) symlinkSync(`/usr/sbin/${variant}`, join(folder, tool));
  process.env.PATH = `${folder}:${process.env.PATH}`;
}
