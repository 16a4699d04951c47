import { byKey, elementBatch, holdAny, keyOf, type NodeConfig, type Step } from '@weft/kernel';
import type { Host, ObserveScope, StepOutcome, SysctlKeys } from '@weft/reconcile';
import type { HostMonitor } from '../monitor/host-monitor.ts';
import { OwnProcesses, sharesNumbers } from '../monitor/own-processes.ts';
import { RealMonitor } from '../monitor/real-monitor.ts';
import { leaveIptables } from './built-in-chains.ts';
import { IpBatches } from './ip-batches.ts';
import { fitted } from './iptables-step.ts';
import { iptablesVariant } from './iptables-variant.ts';
import { changeSets, changeVirtualServices, loadForSettings } from './ipvs-steps.ts';
import { NftTransactions } from './nft-transactions.ts';
import { observeKernel } from './observe.ts';
import { makeRunner, type Runner } from './runner.ts';
import { commandOf } from './step-command.ts';
import { Workloads } from './workloads.ts';

/** How to reach a host. */
export interface RealHostOptions {
  /** Path of the echo server's script. */
  readonly workloadScript: string;
  /** What leads onto the host, put before every command: `nsenter -t PID -n -m` for a host that is a namespace. Missing: this host. */
  readonly enter?: readonly string[];
}

/** The kernel of a host, through the host's own tools: `ip`, `bridge`, `nft`, `iptables`, `ipset`, `ipvsadm`, `sysctl`. Needs root. */
export class RealHost implements Host {
  readonly #runner: Runner;
  readonly #workloads: Workloads;
  readonly #nft: NftTransactions;
  readonly #ip: IpBatches;
  readonly #own: OwnProcesses;

  constructor({ workloadScript, enter = [] }: RealHostOptions) {
    this.#own = new OwnProcesses(sharesNumbers(enter));
    this.#runner = makeRunner(enter, this.#own);
    this.#workloads = new Workloads(this.#runner, workloadScript);
    this.#nft = new NftTransactions(this.#runner, this.#own);
    this.#ip = new IpBatches(this.#runner, this.#own);
  }

  async observe(sysctlKeys: SysctlKeys | Promise<SysctlKeys>, scope: ObserveScope): Promise<NodeConfig> {
    const workloadsOf = () => (holdAny(['workloads'], scope.kinds) ? this.#workloads.list() : []);
    const [kernel, workloads] = await Promise.all([observeKernel(this.#runner, sysctlKeys, scope), workloadsOf()]);
    return { ...kernel, workloads: byKey(keyOf.workloads, workloads) };
  }

  async run(step: Step): Promise<StepOutcome> {
    if (step.tool === 'workload-start') return this.#workloads.start(step.workload);
    if (step.tool === 'workload-stop') return this.#workloads.stop(step.workload);
    if (step.tool === 'iptables-leave') return leaveIptables(this.#runner, step);
    if (step.tool === 'ipset') return changeSets(this.#runner, step);
    if (step.tool === 'ipvs') return changeVirtualServices(this.#runner, step);
    if (step.tool === 'sysctl') await loadForSettings(this.#runner, step);
    const { argv, input } = commandOf(step.tool === 'iptables' ? await fitted(this.#runner, step) : step);
    if (step.tool === 'nft') return this.#nft.run(input, () => elementBatch(step));
    if (step.tool === 'ip') return this.#ip.run(step.netns, argv, input);
    if (step.tool === 'netns-add' || step.tool === 'netns-delete') return this.#ip.run(null, argv, input);
    const { exitCode, durationMs, stderr } = await this.#runner.run(argv, input);
    return { argv, input, exitCode, durationMs, stderr };
  }

  /** What tells of everything that happens here but by ourselves. `netnsFolder`: where the host's /run/netns is for this process. */
  monitor(netnsFolder: string = '/run/netns'): HostMonitor {
    return new RealMonitor({ runner: this.#runner, own: this.#own, workloads: this.#workloads, netnsFolder });
  }

  /** Whether its iptables is the legacy variant, of which no monitor tells. */
  async hasLegacyIptables(): Promise<boolean> {
    return (await iptablesVariant(this.#runner)) === 'legacy';
  }

  /** Ends the tools that it keeps running. It can be used again; they are started again then. */
  close(): void {
    this.#nft.close();
    this.#ip.close();
  }
}
