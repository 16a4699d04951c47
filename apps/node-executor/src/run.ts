import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { NFT_COUNTING_SETS } from '@weft/compiler';
import { probePod, realConntrack, realCounterListings } from '@weft/host';
import { createLogger, errorChain } from '@weft/telemetry';
import type { ExecutorConfig } from './config.ts';
import { StaleFlows } from './conntrack/stale-flows.ts';
import { sdkControlPlane } from './control-plane/sdk-control-plane.ts';
import { TallyFile } from './counters/tally-file.ts';
import { TrafficCounters } from './counters/traffic-counters.ts';
import { Dataplane } from './dataplane.ts';
import { ControlFile } from './disk/control-file.ts';
import { DesiredStore } from './disk/desired-store.ts';
import { ReceiptSpool } from './disk/receipt-spool.ts';
import { NodeExecutor } from './executor.ts';
import { DriftAccount } from './drift/drift-account.ts';
import { DriftDesk } from './drift/drift-desk.ts';
import { DriftSpool } from './drift/drift-spool.ts';
import { DriftWatch } from './drift/drift-watch.ts';
import { Handling } from './handling.ts';
import { HealthServers } from './health/health-servers.ts';
import { isInShape } from './health/in-shape.ts';
import { Hints } from './hints.ts';
import { findFacts, findPoolConflict, openHost } from './host.ts';
import { HostKeeper } from './host-keeper.ts';
import { acquireHostLock } from './host-lock.ts';
import { startLoop } from './loop.ts';
import { ReadinessProber } from './pods/readiness-prober.ts';
import { steadyNow } from './steady-clock.ts';

/**
 * Resolves at the first SIGTERM or SIGINT with its name; the second ends the process at once. The listeners stay: execa's own, which is there while a
 * command runs, ends the process when it finds no other.
 */
function askedToStop(): Promise<string> {
  const asked = Promise.withResolvers<string>();
  let before = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (before) process.exit(1);
      before = true;
      asked.resolve(signal);
    });
  return asked.promise;
}

const newIdBody = () => randomBytes(16).toString('hex');

/** `run`: programs this host until it is asked to stop, and leaves the dataplane as it is then. Returns the exit code. Throws HostLockedError. */
export async function run(config: ExecutorConfig): Promise<number> {
  const stop = askedToStop();
  const log = createLogger('node-executor', config.logLevel);
  const lock = await acquireHostLock();
  const stopping = new AbortController();
  const host = openHost();
  const controlPlane = sdkControlPlane({ url: config.controlPlaneUrl, tokenFile: config.tokenFile, signal: stopping.signal });
  const store = new DesiredStore(join(config.stateDir, 'desired'));
  const spool = new ReceiptSpool(join(config.stateDir, 'receipts'));
  // The loop begins with a pass, so nothing is missed before it is there.
  let wake: () => void = () => undefined;
  const hints = new Hints(config.redisUrl, () => wake(), log);
  const dataplane = new Dataplane({
    host,
    preflight: findPoolConflict,
    store,
    spool,
    now: Date.now,
    newIdBody,
    log,
  });
  const prober = new ReadinessProber(probePod, dataplane, () => wake());
  const staleFlows = new StaleFlows(realConntrack(), log);
  const healthServers: HealthServers = new HealthServers(() => isInShape(executor.status(), steadyNow()), log);
  const trafficCounters = new TrafficCounters({
    listings: realCounterListings({ nftSets: NFT_COUNTING_SETS }),
    controlPlane,
    file: new TallyFile(join(config.stateDir, 'counters', 'tally.json')),
    now: steadyNow,
    log,
  });
  const handling = new Handling(new ControlFile(join(config.stateDir, 'control.json')), log);
  const watch: DriftWatch = new DriftWatch({
    monitor: host.monitor(),
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
  const hosted = { dataplane, prober, staleFlows, healthServers, handling, desk };
  const keeper: HostKeeper = new HostKeeper({
    ...hosted,
    watch,
    legacyIptables: await host.hasLegacyIptables(),
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
    facts: () => findFacts(config.nodeAddress, config.controlPlaneUrl),
    acceptShrink: config.acceptShrink,
    onNode: (name) => hints.listen(name),
    now: steadyNow,
    random: Math.random,
    log,
  });

  log.info({ stateDir: config.stateDir, controlPlane: config.controlPlaneUrl }, 'starting');
  watch.start();
  await executor.start();
  const loop = startLoop(executor, steadyNow);
  wake = loop.wake;
  const metrics =
    config.metricsListen === null
      ? null
      : await (await import('./metrics-server.ts')).startMetricsServer(
          config.metricsListen,
          () => executor.status(),
          () => trafficCounters.tally,
          steadyNow,
        );

  log.info({ signal: await stop }, 'stopping; the dataplane stays as it is');
  stopping.abort();
  await loop.close();
  watch.close();
  prober.close();
  host.close();
  healthServers.close();
  const closed = await Promise.allSettled([trafficCounters.close(), hints.close(), metrics?.close(), lock.release()]);
  for (const result of closed) if (result.status === 'rejected') log.warn({ why: errorChain(result.reason) }, 'closing');
  return 0;
}
