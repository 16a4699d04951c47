import { createLogger } from '@weft/telemetry';
import { type ControlPlane } from '../../apps/node-executor/src/control-plane/control-plane.ts';
import { Dataplane, type DataplaneParts } from '../../apps/node-executor/src/dataplane/dataplane.ts';
import { DesiredStore, type Found } from '../../apps/node-executor/src/disk/desired-store.ts';
import { CredentialFile } from '../../apps/node-executor/src/identity/credential-file.ts';
import { operate } from '../../apps/node-executor/src/operate.ts';
import { hollowPorts } from './hollow-ports.ts';
import { leanControlPlane } from './lean-control-plane.ts';
import { PaperDataplane } from './paper-dataplane.ts';
import type { HollowOrder } from './protocol.ts';
import type { SharedMerges } from './shared-merges.ts';
import type { SharedPulls } from './shared-pulls.ts';

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
  /** It has made a revision true. */
  readonly applied: (revision: number) => void;
  readonly failed: (why: string) => void;
}

function watched(controlPlane: ControlPlane, { pulled, failed }: Pick<HollowEvents, 'pulled' | 'failed'>): ControlPlane {
  return {
    ...controlPlane,
    pull: (since, atLeast) => {
      pulled();
      return controlPlane.pull(since, atLeast);
    },
    report: (report) => {
      if (report.failure !== null) failed(`${report.failure.code}: ${report.failure.message}`);
      return controlPlane.report(report);
    },
  };
}

/** The same dataplane, which tells of each revision that is true on its host. */
function heard(dataplane: Dataplane, applied: HollowEvents['applied']): Dataplane {
  const converge = dataplane.converge.bind(dataplane);
  dataplane.converge = async (wanted) => {
    await converge(wanted);
    applied(dataplane.applied?.revision ?? 0);
  };
  return dataplane;
}

/** A hollow node that runs. */
export interface HollowNode {
  /** Transactions that it has carried out. */
  transactions(): number;
  stop(): Promise<void>;
}

/** Starts the executor of a node on a host in memory. */
export function startHollowNode(
  { number, url, credentialFile, stateDir, onPaper }: HollowOrder,
  shared: { readonly pulls: SharedPulls; readonly merges: SharedMerges },
  events: HollowEvents,
): HollowNode {
  const ports = hollowPorts(number);
  const file = new CredentialFile(credentialFile);
  const credential = file.read();
  let paper: PaperDataplane | null = null;
  const stopping = Promise.withResolvers<string>();
  const running = operate(
    { controlPlaneUrl: url, redisUrl: null, stateDir, acceptShrink: false, confirmSeconds: 60, metricsListen: null },
    {
      ports,
      credentialFile: file,
      controlPlane: (signal) =>
        watched(
          leanControlPlane(url, () => credential, shared.pulls, signal),
          events,
        ),
      store: new NoStates('/nonexistent'),
      writer: null,
      readBackSoonMs: NEVER_MS,
      memory: null,
      ...(onPaper ? { merge: shared.merges.merge } : {}),
      dataplane: (parts: DataplaneParts) => {
        if (onPaper) paper = new PaperDataplane(parts);
        return heard(paper ?? new Dataplane(parts), events.applied);
      },
      log: createLogger(`hollow-${number}`, 'error'),
    },
    stopping.promise,
  );
  return {
    transactions: () => paper?.transactions ?? ports.host.transactions,
    async stop() {
      stopping.resolve('told to');
      await running;
    },
  };
}
