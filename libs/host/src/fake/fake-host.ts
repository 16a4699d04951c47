import { randomUUID } from 'node:crypto';
import {
  byKey,
  type ConfigPart,
  EMPTY_CONFIG,
  holdAny,
  type KernelProcess,
  keyOf,
  NFT_TABLE,
  type NodeConfig,
  ownedServices,
  type Step,
  type Workload,
} from '@weft/kernel';
import { type Host, type ObserveScope, type StepOutcome, type SysctlKeys, withoutNetns } from '@weft/reconcile';
import { commandOf } from '../real/step-command.ts';
import { needNetns, runBridgeOp, runIpOp } from './fake-ip.ts';
import { ourIpsets, runIpset } from './fake-ipset.ts';
import { ourIptables, runIptables } from './fake-iptables.ts';
import { observedIpvs, runIpvsOp } from './fake-ipvs.ts';
import { runNft } from './fake-nft.ts';
import { asConfig, BARE, FakeRefusal, type FakeState, oursOf, withNetwork } from './fake-state.ts';
import { readSysctl, writeSysctl } from './fake-sysctl.ts';

/** What a fake host starts with and does wrong. */
export interface FakeHostOptions {
  /** What is there before us, foreign things included. */
  readonly start?: Partial<FakeState>;
  /** What the tool says for a step that is to fail, instead of doing it; null: it does it. */
  readonly fail?: (step: Step) => string | null;
}

type Change = (state: FakeState) => FakeState;

/** Called with what a step made of a host, and who carried it out; null: its owner. */
export type FakeChangeListener = (before: FakeState, after: FakeState, by: KernelProcess | null) => void;

function addNetns(name: string): Change {
  return (state) => {
    if (state.netns.some((netns) => netns.name === name))
      throw new FakeRefusal(`Cannot create namespace file "/run/netns/${name}": File exists`);
    return { ...state, netns: [...state.netns, { name }] };
  };
}

function deleteNetns(name: string): Change {
  return (state) => {
    if (!state.netns.some((netns) => netns.name === name))
      throw new FakeRefusal(`Cannot remove namespace file "/run/netns/${name}": No such file or directory`);
    return withNetwork(state, withoutNetns(asConfig(state), new Set([name])));
  };
}

function startWorkload(workload: Workload): Change {
  return (state) => {
    needNetns(state, workload.netns);
    if (state.workloads.some(({ netns }) => netns === workload.netns))
      throw new FakeRefusal(`${workload.identity}: ended before it listened`);
    return { ...state, workloads: [...state.workloads, workload] };
  };
}

const stopWorkload =
  ({ netns }: Workload): Change =>
  (state) => ({ ...state, workloads: state.workloads.filter((workload) => workload.netns !== netns) });

/** What a step consists of: each part is tried, as the tools do under `-force`. */
function changesOf(step: Step): Change[] {
  switch (step.tool) {
    case 'netns-add':
      return step.names.map(addNetns);
    case 'netns-delete':
      return step.names.map(deleteNetns);
    case 'sysctl':
      return step.sysctls.map((sysctl) => (state) => writeSysctl(state, sysctl));
    case 'ip':
      return step.ops.map((op) => (state) => runIpOp(state, op));
    case 'bridge':
      return step.ops.map((op) => (state) => runBridgeOp(state, op));
    case 'nft':
      return [(state) => ({ ...state, nftTables: runNft(state.nftTables, step.commands, step.family, step.table) })];
    case 'iptables':
      return [(state) => ({ ...state, iptables: runIptables(state.iptables, step.changes) })];
    case 'iptables-leave':
      // It keeps no account of built-in chains.
      return [];
    case 'ipset':
      return [(state) => runIpset(state, step.ops)];
    case 'ipvs':
      return step.ops.map((op) => (state) => ({ ...state, ipvs: runIpvsOp(state.ipvs, op) }));
    case 'workload-start':
      return [startWorkload(step.workload)];
    case 'workload-stop':
      return [stopWorkload(step.workload)];
  }
}

function commandText(step: Step): { argv: readonly string[]; input: string } {
  if (step.tool === 'workload-start' || step.tool === 'workload-stop') return { argv: [step.tool, step.workload.netns], input: '' };
  if (step.tool === 'iptables-leave') return { argv: [step.tool, step.what], input: '' };
  return commandOf(step);
}

/**
 * A host in memory that carries out steps as a kernel would: it refuses what exists or is missing, takes away with a link or namespace what
 * hangs on it, and leaves alone what is not named. The same cases run against it and against a real kernel.
 */
export class FakeHost implements Host {
  #state: FakeState;
  readonly #boot = randomUUID();
  #transactions = 0;
  readonly #listeners = new Set<FakeChangeListener>();
  readonly #fail: (step: Step) => string | null;

  constructor({ start = {}, fail = () => null }: FakeHostOptions = {}) {
    this.#state = { ...BARE, ...start };
    this.#fail = fail;
  }

  /** As RulesGeneration. */
  get rulesGeneration(): string {
    return `${this.#boot} ${this.#transactions}`;
  }

  /** Everything on the host, foreign things included. */
  get state(): FakeState {
    return this.#state;
  }

  async observe(sysctlKeys: SysctlKeys | Promise<SysctlKeys>, scope: ObserveScope): Promise<NodeConfig> {
    const listed = this.#listed(scope);
    const sysctls = (await sysctlKeys).flatMap((wanted) => {
      const value = readSysctl(this.#state, wanted);
      return value === null ? [] : [{ ...wanted, value }];
    });
    const all: NodeConfig = { ...listed, sysctls: byKey(keyOf.sysctls, sysctls) };
    const unread = (Object.keys(all) as ConfigPart[]).filter((part) => !holdAny([part], scope.kinds));
    return { ...all, ...Object.fromEntries(unread.map((part) => [part, EMPTY_CONFIG[part]])) };
  }

  #listed(scope: ObserveScope): Omit<NodeConfig, 'sysctls'> {
    const ours = oursOf(this.#state);
    const ipsets = ourIpsets(this.#state.ipsets);
    const visible = <T extends { readonly netns: string | null }>(items: readonly T[]) =>
      items.filter(({ netns }) => scope.pods || netns === null);
    return {
      netns: byKey(keyOf.netns, ours.netns),
      links: byKey(
        keyOf.links,
        ours.links.map((link) =>
          link.kind === 'veth' && !scope.pods ? { ...link, peer: { ...link.peer, name: '', mtu: link.mtu, mac: '' } } : link,
        ),
      ),
      addresses: byKey(keyOf.addresses, visible(ours.addresses)),
      routes: byKey(keyOf.routes, visible(ours.routes)),
      neighbours: byKey(keyOf.neighbours, visible(ours.neighbours)),
      fdb: byKey(keyOf.fdb, ours.fdb),
      nft: this.#state.nftTables[`ip ${NFT_TABLE}`] ?? null,
      iptables: ourIptables(this.#state.iptables),
      ipsets,
      ipvs: ipsets.length === 0 ? [] : observedIpvs(ownedServices(this.#state.ipvs, ipsets)),
      workloads: byKey(keyOf.workloads, ours.workloads),
    };
  }

  /** Has a listener called after each step from now on. Returns what ends it. */
  onChange(listener: FakeChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Carries out a step as somebody else. */
  async runBy(by: KernelProcess, step: Step): Promise<StepOutcome> {
    return this.#run(step, by);
  }

  async run(step: Step): Promise<StepOutcome> {
    return this.#run(step, null);
  }

  async #run(step: Step, by: KernelProcess | null): Promise<StepOutcome> {
    const before = this.#state;
    // Before anything is done: a text that could be misread is refused by what writes the command.
    const command = commandText(step);
    const said: string[] = [];
    const failure = this.#fail(step);
    if (failure !== null) said.push(failure);
    else for (const change of changesOf(step)) this.#try(change, said);
    for (const listener of this.#listeners) listener(before, this.#state, by);
    return { ...command, exitCode: said.length === 0 ? 0 : 1, durationMs: 0, stderr: said.join('\n') };
  }

  #try(change: Change, said: string[]): void {
    const { nftTables, iptables } = this.#state;
    try {
      this.#state = change(this.#state);
      if (this.#state.nftTables !== nftTables || this.#state.iptables !== iptables) this.#transactions += 1;
    } catch (error) {
      if (!(error instanceof FakeRefusal)) throw error;
      said.push(error.message);
    }
  }
}
