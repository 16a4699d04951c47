import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** What a reader has to know of a machine to judge figures that were taken on it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  /** Load of the last minute when the run began: how busy others kept the machine. */
  readonly load: number;
  readonly node: string;
  /** Versions of the tools by their names; those that are not here are left out. */
  readonly tools: Readonly<Record<string, string>>;
}

/** How each tool is asked for its version. */
const TOOLS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  nft: ['nft', '--version'],
  iptables: ['iptables', '--version'],
  ipset: ['ipset', '--version'],
  iproute2: ['ip', '-Version'],
  redis: ['redis-server', '--version'],
};

/** The first number with a dot in what a tool said of itself. */
export const versionIn = (text: string): string | null => /\d+\.\d+(\.\d+)*/.exec(text)?.[0] ?? null;

async function toolVersion([name, [file, ...args]]: readonly [string, readonly [string, ...string[]]]): Promise<[string, string][]> {
  const { stdout } = await promisify(execFile)(file, args).catch(() => ({ stdout: '' }));
  const version = versionIn(stdout);
  return version === null ? [] : [[name, version]];
}

/** This machine, as it is now. */
export async function thisMachine(): Promise<Machine> {
  const processors = cpus();
  const tools = (await Promise.all(Object.entries(TOOLS).map(toolVersion))).flat();
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGb: totalmem() / 2 ** 30,
    kernel: release(),
    load: loadavg()[0] ?? 0,
    node: process.versions.node,
    tools: Object.fromEntries(tools),
  };
}

/** A machine in one line. */
export function machineLine({ cpu, cores, memoryGb, kernel, load, node, tools }: Machine): string {
  const versions = Object.entries({ node, ...tools }).map(([name, version]) => `${name} ${version}`);
  return `${cpu}, ${cores} cores, ${memoryGb.toFixed(0)} GB, Linux ${kernel}, load ${load.toFixed(1)} at the start; ${versions.join(', ')}`;
}
