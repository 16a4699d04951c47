import type { NodeConfig } from '@weft/kernel';
import { type ClusterNetwork, DEFAULT_CONTROL, type NodeControl } from '@weft/model';
import { applySteps, diff, type Host, type ObserveScope, type StepFailure, type SysctlKeys, withPodsOf } from '@weft/reconcile';
import { errorChain } from '@weft/telemetry';
import { type Cure, nextCure } from '../decide/cure.ts';
import { type Placement, Placements } from '../decide/placement.ts';
import { Refusals } from '../decide/refusals.ts';
import type { DesiredStore } from '../disk/desired-store.ts';
import { WrittenState } from '../disk/written-state.ts';
import { type Differences, differencesOf, withSettingsAsked } from '../drift/differences.ts';
import { type Failure, failure } from '../failure.ts';
import type { Standing } from '../rules-hash/standing.ts';
import { aroundOf, changeAround } from './change-around.ts';
import { Compilation, type Next, sameInput, type Wanted, withPart } from './compilation.ts';
import type { KnownRules } from './known-rules.ts';
import type { AppliedState, Recorder, Worked } from './recorder.ts';
import { type Seen, Sight } from './sight.ts';
import { type WayThere, wayThere } from './way-there.ts';

export type { Wanted } from './compilation.ts';

/** Everything the dataplane touches beside its own memory. */
export interface DataplaneParts {
  readonly host: Host;
  /** Why this host cannot be programmed for these ranges; null: it can. */
  readonly preflight: (cluster: ClusterNetwork) => Promise<Failure | null>;
  readonly store: DesiredStore;
  readonly recorder: Recorder;
  readonly rules: Pick<KnownRules, 'configHash' | 'generation' | 'found'>;
}

/**
 * This host's network, brought to one wanted state after the other. It remembers what it applied; it looks at the kernel at start, after a failure, and when told
 * to `distrust` its memory. As long as that can be trusted, a delta of services, pods and other nodes costs what it changes. Else there is one way, whatever led to
 * the call: compile everything, look, compare, apply.
 */
export class Dataplane {
  readonly #parts: DataplaneParts;
  readonly #recorder: Recorder;
  readonly #written: WrittenState;
  readonly #sight: Sight;
  /** What was applied last. */
  #compilation: Compilation | null = null;
  /** What is on the host, apart from the account of services; null: it has to be looked at. */
  #mirror: NodeConfig | null = null;
  /** As what the host was left by whoever wants what is wanted still, since bringing it back to that failed; null: it did not. */
  #unmended: { readonly wanted: Wanted; readonly left: NodeConfig } | null = null;
  #distrusted: 'nothing' | 'host' | 'pods' = 'nothing';
  /** Somebody else reads the rules of nftables for what is distrusted. */
  #rulesLeft = false;
  #cure: Cure = 'none';
  #control: NodeControl = DEFAULT_CONTROL;
  /** What a node that is frozen since its start should have on it. */
  #adopted: Compilation | null = null;
  #found: Differences | null = null;
  #remade = false;
  #refusals = new Refusals();
  #applied: AppliedState | null = null;
  #failure: Failure | null = null;
  readonly #placements = new Placements();
  #everApplied = false;

  constructor(parts: DataplaneParts) {
    this.#parts = parts;
    this.#recorder = parts.recorder;
    this.#sight = new Sight(parts.host, parts.rules);
    this.#written = new WrittenState(parts.store, (write) => this.#recorder.kept(write));
  }

  /** The newest state that is true here; null before the first. */
  get applied(): AppliedState | null {
    return this.#applied;
  }

  /** Why the last call of `converge` did not succeed, or which services it had to leave out; null: it did. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** How often something was written because the host was not as this memory had it. */
  get repairs(): number {
    return this.#recorder.repairs;
  }

  /** How often something was written or was tried to be. */
  get applies(): number {
    return this.#recorder.applies;
  }

  /** What is on the host, as far as is known, of its services only the addresses; null: it is being changed, or nobody knows. */
  get believed(): NodeConfig | null {
    if (this.#mirror === null || this.#compilation === null) return this.#adopted?.fixed ?? null;
    return withPart(this.#mirror, this.#compilation.account.borne());
  }

  /** Everything that should be on the host, as it was left; null: it is being changed, or nobody knows. */
  get left(): NodeConfig | null {
    if (this.#mirror === null || this.#compilation === null) return this.#adopted?.config ?? null;
    return this.#compilation.over(this.#mirror);
  }

  /** What the host has come to, and the services it is without; null: it is being changed, is to be cured, or nobody knows. */
  get standing(): Standing | null {
    const compilation = this.#cure === 'none' ? this.#compilation : null;
    return this.#mirror === null || compilation === null ? null : { compilation, leftOut: this.#refusals.ids };
  }

  /** What the last call found otherwise than it had been left; null: it did not look, or there was nothing to compare with. */
  get found(): Differences | null {
    return this.#found;
  }

  /** True when the last call made everything as it should be without knowing how it had been left: whatever stood otherwise does no more. */
  get remade(): boolean {
    return this.#remade;
  }

  /** Where each pod of the state wanted last stands. */
  get placements(): ReadonlyMap<string, Placement> {
    return this.#placements.all;
  }

  /** Begins to look at the host for the next `converge` or `inspect`, before it is known what that is to bring. */
  lookAhead(): void {
    this.#sight.begin();
  }

  /**
   * Makes the next `converge` look at the host instead of trusting its memory; `pods` looks inside pods too, which costs a process each. `rulesLeft`: the rules of nftables are left to
   * who reads them back.
   */
  distrust(what: 'host' | 'pods', { rulesLeft = false }: { readonly rulesLeft?: boolean } = {}): void {
    this.#sight.forget();
    this.#rulesLeft = rulesLeft && (this.#distrusted === 'nothing' || this.#rulesLeft);
    if (this.#distrusted !== 'pods') this.#distrusted = what;
  }

  /** Says how the node is to be handled from now on. Who may repair again looks for what there is to repair. */
  handle(control: NodeControl): void {
    const { frozen, driftPolicy } = this.#control;
    this.#control = control;
    if ((frozen && !control.frozen) || (driftPolicy === 'observe' && control.driftPolicy === 'repair')) this.distrust('pods');
  }

  /**
   * Looks at the host without touching it, where that is due: a frozen node. It is compared with what was applied last; after a restart, when nothing was yet, with the state that is
   * given, of which it tells where its pods stand. Never throws, as `converge`.
   */
  async inspect(kept: Wanted | null): Promise<void> {
    this.#found = null;
    this.#remade = false;
    try {
      await this.#inspect(kept);
    } catch (error) {
      this.#failure = failure('HostFailed', errorChain(error));
    }
  }

  async #inspect(kept: Wanted | null): Promise<void> {
    const mirror = this.#mirror;
    const known = mirror === null ? this.#adopted : this.#compilation;
    if (known !== null && this.#distrusted === 'nothing') return;
    const compilation = known ?? (kept === null ? null : this.#compiled(() => Compilation.of(kept)));
    if (compilation === null) return;
    const { fixed, wanted, account } = compilation;
    const observed = await this.#sight.see(fixed.sysctls);
    if (known === null) {
      account.fill(compilation.services(this.#refusals), observed);
      this.#adopted = compilation;
      this.#placements.place(wanted.desired.pods, diff(compilation.config, observed), []);
    }
    this.#distrusted = 'nothing';
    this.#found = differencesOf(mirror === null ? compilation.config : compilation.over(mirror), observed);
    if (this.#applied === null && this.#found.total === 0) this.#advance(compilation);
  }

  /** Waits until the disk has what is applied, power cut or not: nobody is told of it before. Never throws. */
  settled(): Promise<void> {
    return this.#written.safe();
  }

  /**
   * Brings the host to a state. Never throws: what went wrong is in `failure`, and the next call tries again. The state is written down before anything is applied, so
   * that it outlives this process; for when it outlives a power cut see `settled`.
   */
  async converge(wanted: Wanted): Promise<void> {
    this.#found = null;
    this.#remade = false;
    this.#adopted = null;
    try {
      await this.#converge(wanted);
    } catch (error) {
      // What had begun to write forgot what is on the host before; what only failed to look still knows how it was left, and can tell what became of that.
      this.#failure = failure('HostFailed', errorChain(error));
    }
  }

  async #converge(wanted: Wanted): Promise<void> {
    await this.#recorder.finished;
    const trusted = this.#mirror !== null && this.#distrusted === 'nothing' && this.#cure === 'none';
    const before = trusted ? this.#compilation : null;
    if (before !== null && sameInput(before.wanted, wanted)) return this.#stay(before, wanted);
    const next = before === null ? null : this.#compiled(() => before.next(wanted));
    if (next !== null) return this.#change(next);
    const compilation = this.#compiled(() => Compilation.of(wanted));
    if (compilation === null) return;
    const { cluster } = wanted.desired;
    const conflict = before?.wanted.desired.cluster === cluster ? null : await this.#parts.preflight(cluster);
    if (conflict === null) await this.#bring(compilation);
    else this.#failure = conflict;
  }

  /** Takes note of a revision that changes nothing here, and tries again what was left out. */
  async #stay(before: Compilation, wanted: Wanted): Promise<void> {
    this.#written.follow(before.wanted.desired, wanted.desired);
    const compilation = before.as(wanted);
    this.#compilation = compilation;
    if (!this.#refusals.none) return this.#change({ compilation, services: before.changesOf(this.#refusals), around: null });
    // Whatever was wanted in between and could not be compiled.
    this.#failure = null;
    this.#advance(compilation);
  }

  /** What was compiled; null: that was not possible. */
  #compiled<T>(compile: () => T): T | null {
    try {
      return compile();
    } catch (error) {
      this.#failure = failure('CompileFailed', errorChain(error));
      return null;
    }
  }

  /** Makes changes of services, and of the network around them, on a host that is as the memory has it. */
  async #change(next: Next): Promise<void> {
    const { host } = this.#parts;
    const { compilation, services: changes } = next;
    if (this.#mirror === null) throw new Error('nobody knows what is on the host');
    const around = aroundOf(next, this.#mirror);
    await this.#written.write(compilation.wanted);
    // Such as another node whose address nobody knows yet: nothing is to be done, so nothing is recorded and nobody reads the host again.
    if (changes.size + around.making.length + around.taking.length === 0) {
      this.#mirror = around.goal;
      return this.#succeed(compilation);
    }
    // Until it is done nobody knows what the account and the kernel have in common.
    this.#mirror = null;
    const held = this.#compilation?.wanted.desired.services ?? [];
    const { refused, failure: fault } = await this.#record(compilation, async () => {
      const result = await changeAround(host, around, () => compilation.account.change(host, changes));
      const refusals = [...result.refused.values()];
      return {
        ...result,
        message: result.failure?.message ?? (refusals.length > 0 ? refusals.join('; ') : null),
        leftOut: result.failure === null ? this.#refusals.leftOut(changes, result.refused, held) : null,
      };
    });
    if (fault !== null) return this.#fail(compilation, fault.message, fault.failures);
    this.#mirror = around.goal;
    const { services } = compilation.wanted.desired;
    const before = this.#refusals;
    this.#refusals = before.without(changes).and(refused.size > 0 ? services : [], refused);
    // Whether it is the services or the table shows when it is replaced; once.
    if ([...refused.keys()].some((id) => !before.knows(id))) this.#cure = 'replace';
    this.#succeed(compilation);
  }

  /** Looks at the host where that is due, and makes it what a state comes to. */
  async #bring(compilation: Compilation): Promise<void> {
    const { services } = compilation.wanted.desired;
    const cure = this.#cure;
    const unknown = this.#mirror === null;
    const left = this.#leftAs(compilation.wanted);
    const seen = await this.#look(compilation, left);
    this.#distrusted = 'nothing';
    const leftOut = cure === 'none' ? this.#refusals.among(services) : new Refusals();
    const way = wayThere(this.#parts.host, compilation, seen, cure, leftOut);
    this.#unmended = left === null ? null : { wanted: compilation.wanted, left };
    if (!(await this.#apply(compilation, way, () => [...leftOut.ids, ...way.refused.keys()]))) return;
    this.#unmended = null;
    this.#refusals = leftOut.and(services, way.refused);
    this.#cure = 'none';
    this.#remade = unknown;
    this.#succeed(compilation);
    if (!leftOut.none) await this.#change({ compilation, services: compilation.changesOf(leftOut), around: null });
  }

  /** Carries out the steps that lead to a configuration, but for some services; false when one failed. */
  async #apply(compilation: Compilation, { on, goal, steps }: WayThere, leftOut: () => readonly string[]): Promise<boolean> {
    this.#mirror = null;
    // The kernel's rules go with the power as well, so nothing waits for a disk that takes its time.
    if (steps.length > 0 || !this.#written.isGood) await this.#written.write(compilation.wanted);
    if (steps.length > 0) {
      const { failure: fault } = await this.#record(compilation, async () => {
        const result = await applySteps(on, goal, steps);
        return { ...result, message: result.failure?.message ?? null, leftOut: result.failure === null ? leftOut() : null };
      });
      if (fault !== null) {
        await this.#fail(compilation, fault.message, fault.failures);
        return false;
      }
    }
    this.#mirror = compilation.without(goal);
    return true;
  }

  /** As what the host was left when nothing else was wanted than is now; null: nobody knows, or something else was. */
  #leftAs(wanted: Wanted): NodeConfig | null {
    const { wanted: asked, left } = this.#mirror === null ? (this.#unmended ?? {}) : { wanted: this.#compilation?.wanted, left: this.left };
    return asked !== undefined && sameInput(asked, wanted) ? (left ?? null) : null;
  }

  async #look({ fixed: { sysctls }, hash }: Compilation, left: NodeConfig | null): Promise<Seen> {
    const mirror = this.#mirror;
    const before = this.#compilation;
    if (mirror === null || before === null) {
      // As what the host was left tells what became of each rule, so they are read then.
      const seen = await this.#sight.seeUnless(left === null && this.#cure === 'none' ? hash : null, sysctls);
      const found = left === null ? null : differencesOf(withSettingsAsked(left, sysctls), seen.config);
      // Where nothing is, what failed had been done: it is remade.
      this.#found = found?.total === 0 ? null : found;
      return seen;
    }
    const believed = left ?? before.over(mirror);
    if (this.#distrusted === 'nothing' && this.#cure === 'none') return { config: believed, rulesOf: null, generation: null };
    const pods = this.#distrusted === 'pods';
    const seen = await this.#lookAgain(before, sysctls, { pods });
    const read = pods ? seen.config : withPodsOf(seen.config, mirror);
    const observed = seen.rulesOf === null ? read : { ...read, nft: believed.nft };
    this.#found = differencesOf(withSettingsAsked(believed, sysctls), observed);
    // Whoever made transactions in tables of theirs does not have ours read again and again.
    if (seen.generation !== null && this.#found.total === 0 && this.#refusals.none) this.#parts.rules.found(seen.generation, before.hash);
    // Changes that others made stay where they only are to be told of: what is wanted otherwise is done as if they were not there.
    const leave = this.#control.driftPolicy === 'observe' && this.#cure === 'none' && this.#found.total > 0;
    return { config: leave ? believed : observed, rulesOf: null, generation: seen.generation };
  }

  /** Looks at a host that was brought to a compilation. */
  #lookAgain({ hash }: Compilation, sysctls: SysctlKeys, scope: ObserveScope): Promise<Seen> {
    if (this.#cure !== 'none') return this.#sight.look(sysctls, scope, null);
    return this.#rulesLeft ? this.#sight.lookBeside(sysctls, scope, hash) : this.#sight.look(sysctls, scope, hash);
  }

  #record<T extends Worked>(compilation: Compilation, work: () => Promise<T>): Promise<T> {
    const apply = { compilation, applied: this.#applied, first: !this.#everApplied, afterFailure: this.#failure !== null };
    this.#everApplied = true;
    return this.#recorder.around(apply, work);
  }

  #succeed(compilation: Compilation): void {
    const { desired } = compilation.wanted;
    this.#compilation = compilation;
    this.#everApplied = true;
    this.#placements.run(desired.pods);
    this.#failure = this.#refusals.failure;
    this.#advance(compilation);
    if (this.#refusals.none) this.#written.markGood(desired);
  }

  #advance({ wanted: { desired }, hash }: Compilation): void {
    this.#applied = { epoch: desired.epoch, revision: desired.revision, configHash: hash };
  }

  async #fail(compilation: Compilation, message: string, failures: readonly StepFailure[]): Promise<void> {
    this.#mirror = null;
    this.#failure = failure('StepFailed', message);
    if (this.#cure !== 'none' || failures.some(({ step }) => step.tool === 'nft')) this.#cure = nextCure(this.#cure, !this.#refusals.none);
    const observed = await this.#parts.host.observe(compilation.fixed.sysctls, { pods: true });
    const failed = failures.map(({ step, outcome }) => ({ step, message: outcome.stderr.trim() }));
    this.#placements.place(compilation.wanted.desired.pods, diff(compilation.config, observed), failed);
  }
}
