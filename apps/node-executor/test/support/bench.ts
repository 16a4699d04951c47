import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '@weft/compiler';
import { FakeConntrack, FakeCounterListings, FakeHost, FakeMonitor, fakeRulesGeneration, type ProbeResult } from '@weft/host';
import { holdAny, NFT_TABLE, type Step } from '@weft/kernel';
import { type DesiredState, type ReadinessProbe, stateChecksum } from '@weft/model';
import { diff, type Host, type StepOutcome } from '@weft/reconcile';
import { createLogger } from '@weft/telemetry';
import { eventually } from '@weft/testing';
import { CommitConfirm } from '../../src/confirm/commit-confirm.ts';
import { ConfirmFile } from '../../src/confirm/confirm-file.ts';
import { StaleFlows } from '../../src/conntrack/stale-flows.ts';
import { TallyFile } from '../../src/counters/tally-file.ts';
import { TrafficCounters } from '../../src/counters/traffic-counters.ts';
import { configHash } from '../../src/dataplane/compilation.ts';
import { Dataplane } from '../../src/dataplane/dataplane.ts';
import { KnownRules } from '../../src/dataplane/known-rules.ts';
import { Recorder } from '../../src/dataplane/recorder.ts';
import { ControlFile } from '../../src/disk/control-file.ts';
import { DesiredStore, type StateToKeep } from '../../src/disk/desired-store.ts';
import { ReceiptSpool } from '../../src/disk/receipt-spool.ts';
import { RulesReadFile } from '../../src/disk/rules-read-file.ts';
import { DriftAccount } from '../../src/drift/drift-account.ts';
import { DriftDesk } from '../../src/drift/drift-desk.ts';
import { DriftSpool } from '../../src/drift/drift-spool.ts';
import { DriftWatch } from '../../src/drift/drift-watch.ts';
import type { Failure } from '../../src/failure.ts';
import { HealthServers } from '../../src/health/health-servers.ts';
import { isInShape } from '../../src/health/in-shape.ts';
import { NodeExecutor } from '../../src/passes/executor.ts';
import { Handling } from '../../src/passes/handling.ts';
import { HostKeeper } from '../../src/passes/host-keeper.ts';
import { ReadinessProber } from '../../src/pods/readiness-prober.ts';
import { ReadBack } from '../../src/rules-hash/read-back.ts';
import { FakeControlPlane } from './fake-control-plane.ts';
import { CLUSTER, FACTS, NODE } from './objects.ts';

/** A host that counts what is written to it, and on which chosen steps fail or the executor dies. */
export class WatchedHost implements Host {
  readonly written: Step[] = [];
  /** Gives a step's message of failure, or null to let it through. */
  fail: (step: Step) => string | null = () => null;
  /** How many of the next looks find that the host cannot be read. */
  blindFor = 0;
  /** Of each look, but to read back, whether it read the rules of nftables. */
  readonly readRules: boolean[] = [];
  /** After this many steps no step ever ends. */
  hangAfter = Number.POSITIVE_INFINITY;
  waiting = false;
  readonly #kernel: () => Host;

  constructor(kernel: () => Host) {
    this.#kernel = kernel;
  }

  async observe(...args: Parameters<Host['observe']>) {
    if (this.blindFor > 0) {
      this.blindFor -= 1;
      throw new Error('Cannot open network namespace');
    }
    this.readRules.push(holdAny(['nft'], args[1].kinds));
    return this.readBack(...args);
  }

  /** A look that is for reading back, and is not counted. */
  readBack(...args: Parameters<Host['observe']>) {
    return this.#kernel().observe(...args);
  }

  async run(step: Step): Promise<StepOutcome> {
    if (this.written.length >= this.hangAfter) {
      this.waiting = true;
      return new Promise(() => undefined);
    }
    const stderr = this.fail(step);
    if (stderr !== null) return { argv: [step.tool], input: '', exitCode: 1, durationMs: 1, stderr };
    this.written.push(step);
    return this.#kernel().run(step);
  }

  /** Number of steps since the last call. */
  writes(): number {
    return this.written.splice(0).length;
  }
}

/** A disk that has what is written to it when the test says so. */
class SlowDisk extends DesiredStore {
  readonly #done: () => Promise<void>;

  constructor(folder: string, done: () => Promise<void>) {
    super(folder);
    this.#done = done;
  }

  override async keep(state: StateToKeep): Promise<{ readonly safe: Promise<void> }> {
    const { safe } = await super.keep(state);
    return { safe: safe.then(this.#done) };
  }
}

/** Everything around an executor that outlives it: the host, its disk, the control plane, the time. */
export class Bench {
  kernel = new FakeHost();
  readonly host = new WatchedHost(() => this.kernel);
  readonly conntrack = new FakeConntrack(['192.0.2.1']);
  readonly healthServers = new HealthServers(() => isInShape(this.executor.status(), this.now), createLogger('test', 'silent'));
  readonly controlPlane = new FakeControlPlane();
  readonly listings = new FakeCounterListings();
  readonly folder: string;
  now = Date.parse('2026-11-21T00:00:00Z');
  acceptShrink = false;
  /** The program that the executor is. */
  writer = 'a program';
  /** Addresses that the host is managed by. */
  guarded: string[] = [];
  /** How often the executor found that its node was removed. */
  removals = 0;
  conflict: Failure | null = null;
  /** When the disk has what is written from now on. */
  disk: Promise<void> = Promise.resolve();
  /** What a probe of a pod's address finds. */
  probe: (ip: string, probe: ReadinessProbe) => ProbeResult = () => ({ ok: true, message: '' });
  changes = 0;
  /** Looks that were asked for because somebody changed something. */
  readonly looks: Promise<void>[] = [];
  /** Each time that the kernel was read back: whether it held what it should. */
  readonly readBacks: boolean[] = [];
  /** How soon after an apply that is done, in ms of the clock on the wall. */
  readonly readBackSoonMs: number;
  executor: NodeExecutor;
  /** What brings the host to states for it. */
  keeper!: HostKeeper;
  #ids = 0;
  readonly #counting: TrafficCounters[] = [];
  #lookingForFlows: StaleFlows | null = null;
  #prober: ReadinessProber;
  #watch: DriftWatch | null = null;
  #readBack: ReadBack | null = null;

  /** A bench whose executor has started, with nothing on disk. Unless told otherwise it never reads back in a test's time. */
  static async make({ readBackSoonMs = 3_600_000 } = {}): Promise<Bench> {
    const bench = new Bench(await mkdtemp(join(tmpdir(), 'weft-executor-')), readBackSoonMs);
    await bench.executor.start();
    return bench;
  }

  private constructor(folder: string, readBackSoonMs: number) {
    this.folder = folder;
    this.readBackSoonMs = readBackSoonMs;
    [this.executor, this.#prober] = this.#assemble();
  }

  /** Ends the executor without letting it finish anything, and makes another one on the same host and disk. It is not started. */
  replaceExecutor(): NodeExecutor {
    this.#prober.close();
    [this.executor, this.#prober] = this.#assemble();
    return this.executor;
  }

  /** Lets time pass, then makes a pass. */
  async passAfter(ms: number): Promise<void> {
    this.now += ms;
    await this.executor.pass();
  }

  /** What the control plane wants, compiled for the node. */
  wanted() {
    const { epoch, revision, nodes, pods, services } = this.controlPlane;
    const state: DesiredState = { epoch, revision, cluster: CLUSTER, nodes, pods, services };
    return compile(state, NODE.id);
  }

  /** What a report of it must say. */
  wantedHash(): string {
    const { epoch, revision, nodes, pods, services } = this.controlPlane;
    const desired: DesiredState = { epoch, revision, cluster: CLUSTER, nodes, pods, services };
    return configHash({ nodeId: NODE.id, desired, checksum: stateChecksum(desired) });
  }

  /** What would have to be done to bring the kernel to what is wanted; empty: it is there. */
  async kernelDiffers(wanted = this.wanted()): Promise<readonly Step[]> {
    return diff(wanted, await this.kernel.observe(wanted.sysctls, { pods: true }));
  }

  /** Somebody deletes our nftables table. */
  async removeServiceRules(): Promise<void> {
    await this.kernel.run({ tool: 'nft', family: 'ip', table: NFT_TABLE, commands: [{ do: 'delete-table' }] });
  }

  /** The kernel forgets everything. */
  reboot(): void {
    this.kernel = new FakeHost();
  }

  /** How many steps the next pass takes. */
  async countSteps(): Promise<number> {
    this.host.writes();
    await this.executor.pass();
    return this.host.writes();
  }

  /** Starts a pass and leaves it for ever before step number `at` of it; after the last one it is left with everything done and nothing said. */
  async killAtStep(at: number): Promise<void> {
    this.host.writes();
    this.host.hangAfter = at;
    const held = this.controlPlane.reports.length;
    this.controlPlane.duringReport = () => {
      throw new Error('killed');
    };
    void this.executor.pass();
    await this.until(() => this.host.waiting || this.controlPlane.reports.length > held);
    this.host.hangAfter = Number.POSITIVE_INFINITY;
    this.host.waiting = false;
    this.controlPlane.duringReport = () => undefined;
  }

  /** Waits until nobody looks for stale flows any more. */
  async flowsSettled(): Promise<void> {
    await this.#lookingForFlows?.settled();
  }

  /** Waits for a condition. */
  async until(condition: () => boolean): Promise<void> {
    await eventually('the condition', condition, { everyMs: 1 });
  }

  async close(): Promise<void> {
    this.#prober.close();
    this.#watch?.close();
    this.#readBack?.close();
    this.healthServers.close();
    await Promise.all(this.#counting.map((counters) => counters.settled()));
    await rm(this.folder, { recursive: true, force: true });
  }

  #assemble(): [NodeExecutor, ReadinessProber] {
    const now = () => this.now;
    const log = createLogger('test', 'silent');
    const store = new SlowDisk(join(this.folder, 'desired'), () => this.disk);
    const spool = new ReceiptSpool(join(this.folder, 'receipts'));
    const recorder = new Recorder({ spool, now, newIdBody: () => `r${++this.#ids}`, log });
    const rules = new KnownRules({
      generation: fakeRulesGeneration(() => this.kernel),
      file: new RulesReadFile(join(this.folder, 'rules-read.json')),
      writer: this.writer,
      log,
    });
    const dataplane = new Dataplane({ host: this.host, preflight: async () => this.conflict, store, recorder, rules });
    const prober = new ReadinessProber(
      async (ip, probe) => this.probe(ip, probe),
      dataplane,
      () => {
        this.changes += 1;
      },
    );
    const staleFlows = new StaleFlows(this.conntrack, log);
    this.#lookingForFlows = staleFlows;
    const trafficCounters = new TrafficCounters({
      listings: this.listings,
      controlPlane: this.controlPlane,
      file: new TallyFile(join(this.folder, 'counters/tally.json')),
      now,
      log,
    });
    this.#counting.push(trafficCounters);
    this.#watch?.close();
    const watch: DriftWatch = new DriftWatch({
      monitor: new FakeMonitor(this.kernel),
      believed: () => dataplane.believed,
      busy: () => keeper.busy,
      look: (what) => {
        this.looks.push(keeper.look(what));
      },
      now,
    });
    this.#watch = watch;
    const desk = new DriftDesk({
      watch,
      account: new DriftAccount(() => `d${++this.#ids}`),
      spool: new DriftSpool(join(this.folder, 'drift/events.json')),
      controlPlane: this.controlPlane,
      now,
      log,
    });
    this.#readBack?.close();
    const readBack = new ReadBack({
      host: { observe: (...args) => this.host.readBack(...args) },
      dataplane,
      recorder,
      rules,
      still: (work) => keeper.still(work),
      onRead: (asExpected) => {
        this.readBacks.push(asExpected);
        if (!asExpected) this.looks.push(keeper.look('pods'));
      },
      soonMs: this.readBackSoonMs,
      // A reading on a busy machine takes as long as it likes, and no test waits twenty times that.
      rest: 0,
      now,
      log,
    });
    this.#readBack = readBack;
    const handling = new Handling(new ControlFile(join(this.folder, 'control.json')), log);
    const confirm = new CommitConfirm({ file: new ConfirmFile(join(this.folder, 'confirm.json')), limitMs: 60_000, now, log });
    const hosted = { dataplane, prober, staleFlows, healthServers: this.healthServers, handling, confirm, desk };
    const keeper: HostKeeper = new HostKeeper({ ...hosted, watch, readBack, legacyIptables: false, now, random: () => 0.5, log });
    this.keeper = keeper;
    watch.start();
    const executor = new NodeExecutor({
      ...hosted,
      keeper,
      controlPlane: this.controlPlane,
      trafficCounters,
      store,
      spool,
      recorder,
      facts: async () => FACTS,
      acceptShrink: this.acceptShrink,
      guarded: () => this.guarded,
      onNode: () => undefined,
      onRemoved: () => {
        this.removals += 1;
      },
      now,
      random: () => 0.5,
      log,
    });
    return [executor, prober];
  }
}
