import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { MergePull } from '@weft/model';
import { errorChain, type Logger } from '@weft/telemetry';
import { answerers } from './asks/answerers.ts';
import { Asks } from './asks/asks.ts';
import { CaptureAsks } from './asks/capture/capture.ts';
import { listenerAt } from './asks/capture/confidants.ts';
import { TraceAsks } from './asks/trace/trace.ts';
import type { ExecutorConfig } from './config.ts';
import { CommitConfirm } from './confirm/commit-confirm.ts';
import { ConfirmFile } from './confirm/confirm-file.ts';
import { StaleFlows } from './conntrack/stale-flows.ts';
import type { ControlPlane } from './control-plane/control-plane.ts';
import { Lease } from './control-plane/lease.ts';
import { TallyFile } from './counters/tally-file.ts';
import { TrafficCounters } from './counters/traffic-counters.ts';
import { Dataplane, type DataplaneParts } from './dataplane/dataplane.ts';
import { KnownRules } from './dataplane/known-rules.ts';
import { Recorder } from './dataplane/recorder.ts';
import { ControlFile } from './disk/control-file.ts';
import type { DesiredStore } from './disk/desired-store.ts';
import { ReceiptSpool } from './disk/receipt-spool.ts';
import { RulesReadFile } from './disk/rules-read-file.ts';
import { DriftAccount } from './drift/drift-account.ts';
import { DriftDesk } from './drift/drift-desk.ts';
import { DriftSpool } from './drift/drift-spool.ts';
import { DriftWatch } from './drift/drift-watch.ts';
import { HealthServers } from './health/health-servers.ts';
import { isInShape } from './health/in-shape.ts';
import type { HostPorts } from './host/host-ports.ts';
import type { CredentialFile } from './identity/credential-file.ts';
import { identityApi } from './identity/identity-api.ts';
import { Renewal } from './identity/renewal.ts';
import type { ProcessMemory } from './memory/process-memory.ts';
import { SpareMemory } from './memory/spare-memory.ts';
import { NodeExecutor } from './passes/executor.ts';
import { Handling } from './passes/handling.ts';
import { HostKeeper } from './passes/host-keeper.ts';
import { startLoop } from './passes/loop.ts';
import { ReadinessProber } from './pods/readiness-prober.ts';
import { Hints } from './redis/hints.ts';
import { RedisPlace } from './redis/redis-place.ts';
import { ReadBack } from './rules-hash/read-back.ts';
import { steadyNow } from './steady-clock.ts';

/** Reading the kernel back takes at most one part in so many of the time, however much there is to read. */
const READ_BACK_REST = 20;

/** What an executor speaks to and keeps its state in. */
export interface Surroundings {
  /** The host that it programs. Closed when it ends. */
  readonly ports: HostPorts;
  readonly credentialFile: CredentialFile;
  /** The control plane, as long as the signal lets it. */
  readonly controlPlane: (signal: AbortSignal) => ControlPlane;
  /** Closed when it ends. */
  readonly store: DesiredStore;
  /** Names the program that runs (disk/writer.ts); null: nobody knows which that is. */
  readonly writer: string | null;
  /** How long after an apply the kernel is read back, in ms. */
  readonly readBackSoonMs: number;
  /** How answers are put on top of what is held; missing: mergePull. */
  readonly merge?: MergePull;
  /** What brings the host to states; missing: a Dataplane. */
  readonly dataplane?: (parts: DataplaneParts) => Dataplane;
  /** The memory of this process, where that can be asked and is this executor's alone; null: it is let alone. */
  readonly memory: ProcessMemory | null;
  readonly log: Logger;
}

/** Where the control plane and the executor's files are, and how it is to behave. */
export type OperateConfig = Pick<
  ExecutorConfig,
  'controlPlaneUrl' | 'redisUrl' | 'stateDir' | 'acceptShrink' | 'confirmSeconds' | 'metricsListen'
>;

const newIdBody = () => randomBytes(16).toString('hex');

/**
 * One executor: programs a host until it is asked to stop, or its node is removed from the fleet, and leaves the dataplane as it is. Any number of them can be in one process, each with
 * surroundings of its own. Gives the id of the node that was removed; null: it was asked to stop.
 */
export async function operate(config: OperateConfig, around: Surroundings, stop: Promise<string>): Promise<string | null> {
  const { ports, credentialFile, store, log } = around;
  const { host } = ports;
  const removed = Promise.withResolvers<{ readonly nodeId: string }>();
  const stopping = new AbortController();
  const controlPlane = around.controlPlane(stopping.signal);
  const spool = new ReceiptSpool(join(config.stateDir, 'receipts'));
  // The loop begins with a pass, so nothing is missed before it is there.
  let wake: () => void = () => undefined;
  const pull = () => {
    executor.pullNext();
    wake();
  };
  const hints = new Hints((revision) => {
    executor.hear(revision);
    pull();
  }, log);
  /** Whom this executor speaks to with its credentials. */
  let confidants: readonly string[] = [config.controlPlaneUrl];
  const desired = () => executor.desired;
  const captures = new CaptureAsks({
    captures: ports.captures,
    desired,
    confidants: () => Promise.all(confidants.map(listenerAt)),
  });
  const live = {
    host,
    foreign: ports.foreign,
    dataplane: () => dataplane,
    still: <T>(work: () => Promise<T>) => keeper.still(work),
    newId: newIdBody,
    now: Date.now,
  };
  const traces = new TraceAsks({ tracing: ports.tracing, desired });
  const asks = new Asks(answerers({ desired, live, captures, traces }), log);
  const listen = (node: string, redisUrl: string | null) => {
    confidants = [config.controlPlaneUrl, ...(redisUrl === null ? [] : [redisUrl])];
    hints.listen(node, redisUrl);
    asks.listen(node, redisUrl);
  };
  const redisPlace = new RedisPlace({ own: config.redisUrl, credential: () => credentialFile.read(), listen, log });
  const renewal = new Renewal({
    file: credentialFile,
    api: identityApi(config.controlPlaneUrl),
    onRenewed: (credential) => redisPlace.renewed(credential),
    now: Date.now,
    log,
  });
  const recorder = new Recorder({ spool, now: Date.now, newIdBody, log });
  const { dataplane: dataplaneOf = (parts) => new Dataplane(parts) } = around;
  const rules = new KnownRules({
    generation: ports.rulesGeneration,
    file: new RulesReadFile(join(config.stateDir, 'rules-read.json')),
    writer: around.writer,
    log,
  });
  const dataplane = dataplaneOf({ host, preflight: ports.preflight, store, recorder, rules });
  const prober = new ReadinessProber(ports.probePod, dataplane, () => wake());
  const staleFlows = new StaleFlows(ports.conntrack, log);
  const healthServers: HealthServers = new HealthServers(() => isInShape(executor.status(), steadyNow()), log);
  const trafficCounters = new TrafficCounters({
    listings: ports.counterListings,
    controlPlane,
    file: new TallyFile(join(config.stateDir, 'counters', 'tally.json')),
    now: steadyNow,
    log,
  });
  const handling = new Handling(new ControlFile(join(config.stateDir, 'control.json')), log);
  const watch: DriftWatch = new DriftWatch({
    monitor: ports.monitor,
    believed: () => dataplane.believed,
    busy: () => keeper.busy,
    look: (what) => void keeper.look(what).then(() => wake()),
    now: steadyNow,
  });
  const desk = new DriftDesk({
    watch,
    account: new DriftAccount(newIdBody),
    spool: new DriftSpool(join(config.stateDir, 'drift', 'events.json')),
    controlPlane,
    now: steadyNow,
    log,
  });
  const readBack = new ReadBack({
    host,
    dataplane,
    recorder,
    rules,
    still: (work) => keeper.still(work),
    onRead: (asExpected) => void (asExpected ? Promise.resolve() : keeper.look('pods')).then(() => wake()),
    soonMs: around.readBackSoonMs,
    rest: READ_BACK_REST,
    now: Date.now,
    log,
  });
  const confirm = new CommitConfirm({
    file: new ConfirmFile(join(config.stateDir, 'confirm.json')),
    limitMs: config.confirmSeconds * 1_000,
    now: steadyNow,
    log,
  });
  // Before the first session there is nothing to pull, and so nothing to guard against.
  let guarded: readonly string[] = [];
  const hosted = { dataplane, prober, staleFlows, healthServers, handling, confirm, desk };
  const keeper: HostKeeper = new HostKeeper({
    ...hosted,
    watch,
    readBack,
    legacyIptables: await ports.hasLegacyIptables(),
    now: steadyNow,
    random: Math.random,
    log,
  });
  const executor: NodeExecutor = new NodeExecutor({
    ...hosted,
    keeper,
    controlPlane,
    trafficCounters,
    store,
    spool,
    recorder,
    facts: async () => {
      const { facts, guarded: found } = await ports.find();
      guarded = found;
      return facts;
    },
    acceptShrink: config.acceptShrink,
    merge: around.merge,
    guarded: () => guarded,
    onRemoved: (nodeId) => removed.resolve({ nodeId }),
    onNode: (name) => redisPlace.opened(name),
    now: steadyNow,
    random: Math.random,
    log,
  });

  log.info({ stateDir: config.stateDir, controlPlane: config.controlPlaneUrl }, 'starting');
  watch.start();
  await executor.start();
  const busy = () => keeper.busy || readBack.readsWithin(around.readBackSoonMs);
  const spareMemory = around.memory === null ? null : new SpareMemory({ memory: around.memory, busy, now: steadyNow });
  spareMemory?.start();
  renewal.start();
  const loop = startLoop(executor, steadyNow);
  wake = loop.wake;
  const lease = new Lease({
    ...{ controlPlane, holder: executor, wake: pull, random: Math.random, log },
    hinted: () => hints.mayCome,
    onRedis: (url) => void redisPlace.told(url),
  });
  const metrics =
    config.metricsListen === null
      ? null
      : await (await import('./metrics-server.ts')).startMetricsServer(
          config.metricsListen,
          () => executor.status(),
          () => trafficCounters.tally,
          steadyNow,
        );

  const why = await Promise.race([stop, removed.promise]);
  log.info({ why }, typeof why === 'string' ? 'stopping; the dataplane stays as it is' : 'this node was removed from the fleet');
  spareMemory?.close();
  lease.close();
  stopping.abort();
  await loop.close();
  await renewal.close();
  watch.close();
  readBack.close();
  prober.close();
  ports.close();
  healthServers.close();
  captures.close();
  traces.close();
  await recorder.finished;
  spool.close();
  store.close();
  const closed = await Promise.allSettled([trafficCounters.close(), hints.close(), asks.close(), metrics?.close()]);
  for (const result of closed) if (result.status === 'rejected') log.warn({ why: errorChain(result.reason) }, 'closing');
  return typeof why === 'string' ? null : why.nodeId;
}
