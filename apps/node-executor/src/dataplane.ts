import type { NodeConfig, Step } from '@weft/kernel';
import { type ClusterNetwork, type DesiredState, fingerprint, makeId } from '@weft/model';
import { applySteps, diff, type Host, withPodsOf } from '@weft/reconcile';
import { errorChain, type Logger } from '@weft/telemetry';
import { applyCause } from './decide/cause.ts';
import { type Placement, placePods } from './decide/placement.ts';
import { finishedReceipt, interruptedReceipt, type ReceiptHead } from './decide/receipt.ts';
import type { DesiredStore } from './disk/desired-store.ts';
import type { ReceiptSpool } from './disk/receipt-spool.ts';
import { type Failure, failure } from './failure.ts';

/** A state that one node has to make true. */
export interface Wanted {
  readonly nodeId: string;
  readonly desired: DesiredState;
  /** It came whole and not as what changed. */
  readonly fromSnapshot: boolean;
}

/** The newest state that is true on this host. */
export interface AppliedState {
  readonly epoch: string;
  readonly revision: number;
  /** Fingerprint of the NodeConfig. */
  readonly configHash: string;
}

/** Everything the dataplane touches beside its own memory. */
export interface DataplaneParts {
  readonly host: Host;
  readonly compile: (desired: DesiredState, nodeId: string) => NodeConfig;
  /** Why this host cannot be programmed for these ranges; null: it can. */
  readonly preflight: (cluster: ClusterNetwork) => Promise<Failure | null>;
  readonly store: DesiredStore;
  readonly spool: ReceiptSpool;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Lower-case letters and digits, new each time. */
  readonly newIdBody: () => string;
  readonly log: Logger;
}

interface Compiled {
  readonly wanted: Wanted;
  readonly config: NodeConfig;
  readonly hash: string;
}

function sameInput(a: Wanted, b: Wanted): boolean {
  const [x, y] = [a.desired, b.desired];
  return a.nodeId === b.nodeId && x.nodes === y.nodes && x.pods === y.pods && x.services === y.services && x.cluster === y.cluster;
}

/**
 * This host's network, brought to one wanted state after the other. It remembers what it applied and compares with that; it looks at the kernel at
 * start, after a failure, and when told to `distrust` its memory. Whatever led to a call, there is one way: compile, compare, apply.
 */
export class Dataplane {
  readonly #parts: DataplaneParts;
  /** What is on the host; null: it has to be looked at. */
  #mirror: NodeConfig | null = null;
  #distrusted: 'nothing' | 'host' | 'pods' = 'nothing';
  #compiled: Compiled | null = null;
  #applied: AppliedState | null = null;
  #failure: Failure | null = null;
  #placements: ReadonlyMap<string, Placement> = new Map();
  #everApplied = false;
  #repairs = 0;
  /** The kernel refused a change of our table: the next try replaces it whole, in one transaction that depends on nothing that is there. */
  #replaceTable = false;
  #kept: { readonly desired: DesiredState; good: boolean } | null = null;

  constructor(parts: DataplaneParts) {
    this.#parts = parts;
  }

  /** The newest state that is true here; null before the first. */
  get applied(): AppliedState | null {
    return this.#applied;
  }

  /** Why the last call of `converge` did not succeed; null: it did. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** How often something was written because the host was not as this memory had it. */
  get repairs(): number {
    return this.#repairs;
  }

  /** Where each pod of the state wanted last stands. */
  get placements(): ReadonlyMap<string, Placement> {
    return this.#placements;
  }

  /** Makes the next `converge` look at the host instead of trusting its memory; `pods` looks inside pods too, which costs a process each. */
  distrust(what: 'host' | 'pods'): void {
    if (this.#distrusted !== 'pods') this.#distrusted = what;
  }

  /** Brings the host to a state. Never throws: what went wrong is in `failure`, and the next call tries again. */
  async converge(wanted: Wanted): Promise<void> {
    try {
      await this.#converge(wanted);
    } catch (error) {
      this.#mirror = null;
      this.#failure = failure('HostFailed', errorChain(error));
    }
  }

  async #converge(wanted: Wanted): Promise<void> {
    const before = this.#compiled;
    const settled = this.#failure === null && this.#mirror !== null && this.#distrusted === 'nothing';
    if (settled && before !== null && sameInput(before.wanted, wanted)) return this.#advance(wanted, before.hash);
    const compiled = this.#compile(wanted);
    if (compiled === null) return;
    const conflict =
      settled && before?.wanted.desired.cluster === wanted.desired.cluster ? null : await this.#parts.preflight(wanted.desired.cluster);
    if (conflict !== null) {
      this.#failure = conflict;
      return;
    }
    const seen = await this.#look(compiled.config);
    const observed = this.#replaceTable ? { ...seen, nft: null } : seen;
    this.#mirror = observed;
    this.#distrusted = 'nothing';
    const steps = diff(compiled.config, observed);
    if (steps.length > 0 || this.#kept?.good !== true) await this.#keep(wanted);
    if (steps.length === 0) this.#succeed(compiled);
    else await this.#apply(compiled, steps);
  }

  #compile(wanted: Wanted): Compiled | null {
    if (this.#compiled !== null && sameInput(this.#compiled.wanted, wanted)) return { ...this.#compiled, wanted };
    try {
      const config = this.#parts.compile(wanted.desired, wanted.nodeId);
      return { wanted, config, hash: fingerprint(config) };
    } catch (error) {
      this.#failure = failure('CompileFailed', errorChain(error));
      return null;
    }
  }

  async #look(config: NodeConfig): Promise<NodeConfig> {
    const mirror = this.#mirror;
    if (mirror !== null && this.#distrusted === 'nothing') return mirror;
    if (mirror !== null && this.#distrusted === 'host')
      return withPodsOf(await this.#parts.host.observe(config.sysctls, { pods: false }), mirror);
    return this.#parts.host.observe(config.sysctls, { pods: true });
  }

  async #apply(compiled: Compiled, steps: readonly Step[]): Promise<void> {
    const { host, now, spool, newIdBody } = this.#parts;
    const { wanted, config, hash } = compiled;
    const { desired } = wanted;
    const startedAt = now();
    const head: ReceiptHead = {
      id: makeId('receipt', newIdBody()),
      fromRevision: this.#applied?.epoch === desired.epoch ? this.#applied.revision : 0,
      toRevision: desired.revision,
      cause: applyCause({
        first: !this.#everApplied,
        afterFailure: this.#failure !== null,
        changed: this.#applied?.configHash !== hash,
        snapshot: wanted.fromSnapshot,
      }),
      backend: desired.nodes.find(({ id }) => id === wanted.nodeId)?.backend ?? '',
      startedAt: new Date(startedAt).toISOString(),
      configHash: hash,
    };
    if (head.cause === 'drift' || head.cause === 'retry') this.#repairs += 1;
    await this.#record(() => spool.put(interruptedReceipt(head), 'open'));
    const result = await applySteps(host, config, steps);
    const receipt = finishedReceipt(head, Math.max(now() - startedAt, 0), result.outcomes, result.failure?.message ?? null);
    await this.#record(() => spool.put(receipt, 'done'));
    if (result.failure === null) this.#succeed(compiled);
    else await this.#fail(compiled, result.failure);
  }

  #succeed(compiled: Compiled): void {
    const { desired } = compiled.wanted;
    this.#mirror = compiled.config;
    this.#compiled = compiled;
    this.#everApplied = true;
    this.#failure = null;
    this.#replaceTable = false;
    this.#placements = new Map(desired.pods.map(({ id }) => [id, { phase: 'Running' }]));
    this.#advance(compiled.wanted, compiled.hash);
    if (this.#kept?.desired === desired) {
      this.#kept.good = true;
      this.#parts.store.markGood();
    }
  }

  #advance({ desired }: Wanted, configHash: string): void {
    this.#applied = { epoch: desired.epoch, revision: desired.revision, configHash };
  }

  async #fail(
    compiled: Compiled,
    result: { message: string; failures: readonly { step: Step; outcome: { stderr: string } }[] },
  ): Promise<void> {
    const { config, wanted } = compiled;
    this.#everApplied = true;
    this.#failure = failure('StepFailed', result.message);
    this.#replaceTable = result.failures.some(({ step }) => step.tool === 'nft');
    this.#mirror = null;
    const observed = await this.#parts.host.observe(config.sysctls, { pods: true });
    const failed = result.failures.map(({ step, outcome }) => ({ step, message: outcome.stderr.trim() }));
    this.#placements = placePods(wanted.desired.pods, diff(config, observed), failed);
  }

  async #keep({ nodeId, desired }: Wanted): Promise<void> {
    if (this.#kept?.desired === desired) return;
    this.#kept = { desired, good: false };
    await this.#record(() => this.#parts.store.keep({ nodeId, desired }));
  }

  /** A full disk must not keep the network from being programmed: it is told, and the work goes on. */
  async #record(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#parts.log.error({ err: error }, 'the state directory cannot be written');
    }
  }
}
