import { createLogger } from '@weft/telemetry';
import { type ControlPlane } from '../../apps/node-executor/src/control-plane/control-plane.ts';
import { sdkControlPlane } from '../../apps/node-executor/src/control-plane/sdk-control-plane.ts';
import { DesiredStore, type Found } from '../../apps/node-executor/src/disk/desired-store.ts';
import { CredentialFile } from '../../apps/node-executor/src/identity/credential-file.ts';
import { operate } from '../../apps/node-executor/src/operate.ts';
import type { HollowHost } from './hollow-host.ts';
import { hollowPorts } from './hollow-ports.ts';
import type { HollowOrder } from './protocol.ts';
import type { SharedObjects } from './shared-objects.ts';

/** A disk on which no desired state stands: a thousand of them would be gigabytes. */
class NoStates extends DesiredStore {
  override async load(): Promise<Found> {
    return { candidates: [], unreadable: [] };
  }

  override async keep(): Promise<{ readonly safe: Promise<void> }> {
    return { safe: Promise.resolve() };
  }
}

/** Reading everything back is what each host does with its own processor; there is one for all of them here. */
const NEVER_MS = 2 ** 31 - 1;

/** What a hollow node tells of itself. */
export interface HollowEvents {
  readonly pulled: () => void;
  /** It has made a revision true, and is about to say so. */
  readonly applied: (revision: number) => void;
  readonly failed: (why: string) => void;
}

function watched(controlPlane: ControlPlane, { pulled, applied, failed }: HollowEvents): ControlPlane {
  return {
    ...controlPlane,
    pull: (since) => {
      pulled();
      return controlPlane.pull(since);
    },
    report: (report) => {
      if (report.failure !== null) failed(`${report.failure.code}: ${report.failure.message}`);
      applied(report.appliedRevision);
      return controlPlane.report(report);
    },
  };
}

/** A hollow node that runs. */
export interface HollowNode {
  readonly host: HollowHost;
  stop(): Promise<void>;
}

/** Starts the executor of a node on a host in memory. */
export function startHollowNode(
  { number, url, credentialFile, stateDir }: HollowOrder,
  shared: SharedObjects,
  events: HollowEvents,
): HollowNode {
  const ports = hollowPorts(number);
  const file = new CredentialFile(credentialFile);
  const stopping = Promise.withResolvers<string>();
  const running = operate(
    { controlPlaneUrl: url, redisUrl: null, stateDir, acceptShrink: false, confirmSeconds: 60, metricsListen: null },
    {
      ports,
      credentialFile: file,
      controlPlane: (signal) => shared.over(watched(sdkControlPlane({ url, credential: () => file.read(), signal }), events)),
      store: new NoStates('/nonexistent'),
      readBackSoonMs: NEVER_MS,
      log: createLogger(`hollow-${number}`, 'error'),
    },
    stopping.promise,
  );
  return {
    host: ports.host,
    async stop() {
      stopping.resolve('told to');
      await running;
    },
  };
}
