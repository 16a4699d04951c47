import { readFile } from 'node:fs/promises';
import { type Command, type CommandResult, runCommand } from '@weft/host';
import { enter, findHolders, type Holder, killHolder, knowNames, startHolder } from './holder.ts';
import { type LabHostPlan, type LabPlan, type LabRole, MAX_LABS, planLab } from './plan.ts';
import { must } from './run.ts';
import { hostLines, hostNames, machineLines, routerLines } from './wiring.ts';

/** A host of a running lab. */
export interface LabHost {
  readonly name: string;
  readonly role: LabRole;
  readonly address: string;
  /** First process of the host, as the machine numbers it. */
  readonly pid: number;
}

/** How a command runs in a lab: in the host itself or in one of its namespaces. */
export type LabExecOptions = Omit<Command, 'argv'> & { readonly netns?: string };

/** A running lab: hosts as network namespaces on a simulated LAN. */
export interface Lab {
  readonly id: string;
  /** The one link that the machine's own namespace has into the lab. */
  readonly link: string;
  /** Where the lab's hosts reach the machine. */
  readonly machineAddress: string;
  readonly hosts: readonly LabHost[];
  /**
   * The command prefix that runs a program in a host, or in one of the namespaces below the host's /run/netns.
   *
   * @throws Error when there is no such host
   */
  readonly enter: (host: string, netns?: string) => [string, ...string[]];
  /** Runs a command in a host to its end. */
  readonly exec: (host: string, argv: readonly string[], options?: LabExecOptions) => Promise<CommandResult>;
  /** Ends every process of the lab and removes its link; nothing is left of it. */
  readonly destroy: () => Promise<void>;
}

/** What a lab is to be. */
export interface LabSpec {
  /** Names the lab on this machine, such as the directory of the fleet that it belongs to. */
  readonly id: string;
  readonly nodes: number;
}

const ROUTER = 'router';

/**
 * Builds a lab: a router with three subnets, nodes on two of them, a client on the third, and one veth link to the machine. It takes the
 * first address range that no route of the machine touches. When something fails, what was built is removed again.
 *
 * @throws Error when a lab with this id exists, no range is free, or the kernel refuses
 */
export async function createLab(spec: LabSpec): Promise<Lab> {
  if ((await findHolders(spec.id)).length > 0) throw new Error(`a lab ${spec.id} exists already`);
  for (const index of await freeRanges()) {
    const plan = planLab(index, spec.nodes);
    const router = await startHolder({ lab: spec.id, host: ROUTER, nodes: spec.nodes, index });
    const [claim = '', ...rest] = machineLines(plan, router.pid);
    const claimed = await runCommand({ argv: ['ip', '-batch', '-'], input: claim });
    if (claimed.exitCode === 0) return await build(spec, plan, router, rest);
    await killHolder(router);
    if (!claimed.stderr.includes('File exists')) throw new Error(`no link into the lab: ${claimed.stderr.trim()}`);
  }
  throw new Error(`all ${MAX_LABS} address ranges for labs are in use on this machine`);
}

/** The lab with this id, when it is there and whole. */
export async function findLab(id: string): Promise<Lab | null> {
  const holders = await findHolders(id);
  const [first] = holders;
  if (first === undefined) return null;
  const plan = planLab(first.index, first.nodes);
  return [ROUTER, ...plan.hosts.map((host) => host.name)].every((name) => holders.some((holder) => holder.host === name))
    ? assemble(id, plan, holders)
    : null;
}

/** Removes the lab with this id, or what a crash left of it. Returns whether there was something. */
export async function destroyLab(id: string): Promise<boolean> {
  const holders = await findHolders(id);
  for (const index of new Set(holders.map((holder) => holder.index)))
    await runCommand({ argv: ['ip', 'link', 'delete', planLab(index, 0).link] });
  await Promise.all(holders.map(killHolder));
  return holders.length > 0;
}

async function build(spec: LabSpec, plan: LabPlan, router: Holder, machine: readonly string[]): Promise<Lab> {
  try {
    const mark = { lab: spec.id, nodes: spec.nodes, index: router.index };
    const holders = await Promise.all(plan.hosts.map((host) => startHolder({ ...mark, host: host.name })));
    const pidOf = (host: LabHostPlan) => holderOf(holders, host.name).pid;
    await must(['ip', '-batch', '-'], text(machine));
    await must([...enter(router.pid), 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    await batchIn(router.pid, routerLines(plan, pidOf));
    await Promise.all(plan.hosts.map((host) => batchIn(pidOf(host), hostLines(host))));
    const names = `${await readFile('/etc/hosts', 'utf8')}\n${text(hostNames(plan))}`;
    await Promise.all(plan.hosts.map((host) => knowNames(pidOf(host), names)));
    return assemble(spec.id, plan, holders);
  } catch (error) {
    await destroyLab(spec.id);
    throw error;
  }
}

function assemble(id: string, plan: LabPlan, holders: readonly Holder[]): Lab {
  const hosts = plan.hosts.map(({ name, role, address }) => ({ name, role, address, pid: holderOf(holders, name).pid }));
  const into = (host: string, netns?: string): [string, ...string[]] => [
    ...enter(holderOf(holders, host).pid),
    ...(netns === undefined ? [] : ['nsenter', `--net=/run/netns/${netns}`, '--']),
  ];
  return {
    id,
    link: plan.link,
    machineAddress: plan.uplink.machine,
    hosts,
    enter: into,
    exec: (host, argv, { netns, ...options } = {}) => runCommand({ argv: [...into(host, netns), ...argv], ...options }),
    destroy: async () => {
      await destroyLab(id);
    },
  };
}

function holderOf(holders: readonly Holder[], host: string): Holder {
  const holder = holders.find((one) => one.host === host);
  if (holder === undefined) throw new Error(`the lab has no host ${host}; it has ${holders.map((one) => one.host).join(', ')}`);
  return holder;
}

/** Runs `ip -batch` lines in a holder's network namespace only: process ids in the lines are the machine's. */
const batchIn = (pid: number, lines: readonly string[]): Promise<string> =>
  must(['nsenter', `--target=${pid}`, '--net', '--', 'ip', '-batch', '-'], text(lines));

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** Ranges that no route of the machine starts in, lowest first. A wider route, such as a VPN's 10.0.0.0/8, is overruled for the lab's range only. */
async function freeRanges(): Promise<number[]> {
  const routes = JSON.parse(await must(['ip', '-json', '-4', 'route', 'show', 'table', 'all'])) as { dst: string }[];
  const taken = new Set(routes.map((route) => route.dst.split('.').slice(0, 2).join('.')));
  return Array.from({ length: MAX_LABS }, (_, index) => index).filter((index) => {
    const range = planLab(index, 0).cidr.split('.').slice(0, 2).join('.');
    return !taken.has(range);
  });
}
