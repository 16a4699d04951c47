import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealHost } from '@weft/host';
import { EMPTY_CONFIG, NFT_TABLE, renderNft } from '@weft/kernel';
import {
  DEFAULT_CONTROL,
  type DesiredNode,
  type DesiredPod,
  type DesiredPull,
  type DesiredService,
  type DesiredState,
  HeldState,
} from '@weft/model';
import { diffNft } from '@weft/reconcile';
import { createLogger } from '@weft/telemetry';
import { Intake } from '../../apps/node-executor/src/control-plane/intake.ts';
import { Compilation } from '../../apps/node-executor/src/dataplane/compilation.ts';
import { Dataplane } from '../../apps/node-executor/src/dataplane/dataplane.ts';
import { UNKNOWN_RULES } from '../../apps/node-executor/src/dataplane/known-rules.ts';
import { Recorder, type RecorderParts } from '../../apps/node-executor/src/dataplane/recorder.ts';
import { DesiredStore } from '../../apps/node-executor/src/disk/desired-store.ts';
import { ReceiptSpool } from '../../apps/node-executor/src/disk/receipt-spool.ts';
import { OWN_NODE } from './fleet.ts';

/** One run of a tool. */
export interface Run {
  readonly argv: readonly string[];
  readonly input: string;
}

/** What came of one change. */
export interface Change {
  readonly took: number;
  readonly settled: number;
  readonly runs: readonly Run[];
  /** What the first of them read. */
  readonly text: string;
}

/** What an executor of a benchmark may have of its own. */
export interface BenchExecutorOptions {
  readonly recorderOf?: (parts: RecorderParts) => Recorder;
  /** What leads onto its host; missing: this one. */
  readonly enter?: readonly string[];
}

/** What an answer of the control plane changes. */
type Changed = Partial<Pick<DesiredPull, 'nodes' | 'pods' | 'services' | 'removed'>>;

const NO_WORKLOADS = '/nonexistent';

/** The executor's own parts from an answer of the control plane to the rules in the kernel, its state and receipts on disk, on the host this process is on. */
export class BenchExecutor {
  readonly host: RealHost;
  readonly folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  readonly #recorder: Recorder;
  readonly #dataplane: Dataplane;
  readonly #intake: Intake;
  readonly #spool: ReceiptSpool;
  #answer: DesiredPull | null = null;
  /** What the control plane holds. */
  #held: HeldState;
  #receipts = 0;
  #loaded: Omit<Change, 'runs' | 'text'> = { took: 0, settled: 0 };

  private constructor(state: DesiredState, { recorderOf = (parts) => new Recorder(parts), enter = [] }: BenchExecutorOptions) {
    this.host = new RealHost({ workloadScript: NO_WORKLOADS, enter });
    this.#held = HeldState.of(state);
    const log = createLogger('bench', 'error');
    this.#spool = new ReceiptSpool(join(this.folder, 'receipts'));
    this.#recorder = recorderOf({ spool: this.#spool, now: Date.now, newIdBody: () => `b${++this.#receipts}`, log });
    this.#dataplane = new Dataplane({
      host: this.host,
      preflight: async () => null,
      store: new DesiredStore(join(this.folder, 'desired')),
      recorder: this.#recorder,
      rules: UNKNOWN_RULES,
    });
    this.#intake = new Intake(
      { pull: async () => this.#answer ?? Promise.reject(new Error('nothing was to be pulled')) },
      HeldState.of(state),
      { acceptShrink: false, guarded: () => [] },
    );
  }

  /** An executor that has brought this host to a state. Throws when it could not. */
  static async at(state: DesiredState, options: BenchExecutorOptions = {}): Promise<BenchExecutor> {
    const executor = new BenchExecutor(state, options);
    await executor.#spool.load();
    await new DesiredStore(join(executor.folder, 'desired')).load();
    const startedAt = performance.now();
    await executor.#converge();
    const took = performance.now() - startedAt;
    await executor.#recorder.finished;
    executor.#loaded = { took, settled: performance.now() - startedAt };
    await executor.#spool.acknowledge(executor.#spool.peek(64, 1024 * 1024).map(({ id }) => id));
    return executor;
  }

  /** Milliseconds of its first state, as `change` counts them; what the disk has for good is not waited for. */
  get loaded(): Omit<Change, 'runs' | 'text'> {
    return this.#loaded;
  }

  /** The state that was asked for last. */
  get state(): DesiredState {
    return this.#held.state;
  }

  /** The state's table, as text for nft. */
  wholeTable(): string {
    const compilation = Compilation.of({ nodeId: OWN_NODE, desired: this.state, checksum: '', delta: null, fromSnapshot: true });
    compilation.account.fill(this.state.services, EMPTY_CONFIG);
    return renderNft(diffNft(compilation.config.nft, null), 'ip', NFT_TABLE);
  }

  /**
   * Milliseconds from the answer that a service changed until it is in the kernel, with state and receipt written down (`took`), and until the disk has
   * them for good, so that the control plane may be told (`settled`); and what the tools were told. Throws when it did not come to that.
   */
  change(service: DesiredService): Promise<Change> {
    return this.#take(this.#deltaOf({ services: [service] }));
  }

  /** The same for a pod. */
  changePod(pod: DesiredPod): Promise<Change> {
    return this.changePods([pod]);
  }

  /** The same for many at once. */
  changePods(pods: DesiredPod[]): Promise<Change> {
    return this.#take(this.#deltaOf({ pods }));
  }

  /** The same for another node. */
  changeNode(node: DesiredNode): Promise<Change> {
    return this.#take(this.#deltaOf({ nodes: [node] }));
  }

  /** The same for pods that are to be no more. */
  removePods(pods: readonly DesiredPod[], revision: number): Promise<Change> {
    return this.#take(this.#deltaOf({ removed: pods.map(({ id }) => id) }, revision));
  }

  close(): void {
    this.host.close();
    rmSync(this.folder, { recursive: true });
  }

  async #take(answer: DesiredPull): Promise<Change> {
    this.#answer = answer;
    const merged = this.#held.merge(this.#answer);
    if (!merged.ok) throw new Error(merged.refusal.reason);
    const startedAt = performance.now();
    await this.#intake.pull();
    await this.#converge();
    const took = performance.now() - startedAt;
    await this.#recorder.finished;
    await this.#dataplane.settled();
    const settled = performance.now() - startedAt;
    this.#held = merged.held;
    const receipts = this.#spool.peek(64, 1024 * 1024);
    await this.#spool.acknowledge(receipts.map(({ id }) => id));
    this.#intake.prepare();
    const runs = receipts.at(-1)?.steps ?? [];
    return { took, settled, runs, text: runs[0]?.input ?? '' };
  }

  async #converge(): Promise<void> {
    const { desired, checksum, delta, fromSnapshot } = this.#intake;
    if (desired === null) throw new Error('no state');
    await this.#dataplane.converge({ nodeId: OWN_NODE, desired, checksum, delta, fromSnapshot });
    if (this.#dataplane.failure !== null) throw new Error(this.#dataplane.failure.message);
  }

  /** What the control plane would answer. Its checksum is told by the refusal of one with a wrong checksum. */
  #deltaOf({ nodes = [], pods = [], services = [], removed = [] }: Changed, at: number | null = null): DesiredPull {
    const { epoch, cluster } = this.#held.state;
    const revision = at ?? Math.max(...[...nodes, ...pods, ...services].map((object) => object.revision));
    const answer: DesiredPull = {
      kind: 'delta',
      control: DEFAULT_CONTROL,
      epoch,
      cluster,
      revision,
      nodes,
      pods,
      services,
      removed,
      checksum: '',
    };
    const refused = this.#held.merge(answer);
    if (refused.ok || refused.refusal.reason !== 'incomplete') throw new Error('a wrong checksum was taken');
    return { ...answer, checksum: refused.refusal.actual };
  }
}
