import type { ProbeResult } from '@weft/host';
import { canonicalJson, type DesiredPod, type ReadinessProbe } from '@weft/model';
import { afterProbe, NOT_PROBED, nextProbeMs, probeOf, type Readiness } from '../decide/readiness.ts';

/** Tries a pod once; resolves whatever happens. */
export type ProbePod = (ip: string, probe: ReadinessProbe) => Promise<ProbeResult>;

/** What the pods hang on: told to look for itself when one of them stops answering. */
interface Wiring {
  distrust(what: 'pods'): void;
}

interface Watched {
  readonly subject: string;
  readiness: Readiness;
  timer: NodeJS.Timeout | undefined;
}

/** Probes the pods that run on this node, each at its own period, and says when one becomes ready or stops being so. */
export class ReadinessProber {
  readonly #probe: ProbePod;
  readonly #wiring: Wiring;
  readonly #onChange: () => void;
  readonly #watched = new Map<string, Watched>();

  constructor(probe: ProbePod, wiring: Wiring, onChange: () => void) {
    this.#probe = probe;
    this.#wiring = wiring;
    this.#onChange = onChange;
  }

  /** Probes exactly these pods from now on. One whose address and probe are as before keeps what is known about it. */
  watch(pods: readonly DesiredPod[]): void {
    const wanted = new Map<string, { subject: string; ip: string; probe: ReadinessProbe }>();
    for (const pod of pods) {
      const probe = probeOf(pod);
      if (probe !== null) wanted.set(pod.id, { subject: canonicalJson([pod.ip, probe]), ip: pod.ip, probe });
    }
    for (const [id, watched] of this.#watched) if (wanted.get(id)?.subject !== watched.subject) this.#forget(id, watched);
    for (const [id, { subject, ip, probe }] of wanted) {
      if (this.#watched.has(id)) continue;
      const watched: Watched = { subject, readiness: NOT_PROBED, timer: undefined };
      this.#watched.set(id, watched);
      void this.#round(id, watched, ip, probe);
    }
  }

  /** What is known about a pod; null when nothing has to be probed for it. */
  readinessOf(podId: string): Readiness | null {
    return this.#watched.get(podId)?.readiness ?? null;
  }

  /** Stops all probing. */
  close(): void {
    for (const [id, watched] of this.#watched) this.#forget(id, watched);
  }

  #forget(id: string, watched: Watched): void {
    clearTimeout(watched.timer);
    this.#watched.delete(id);
  }

  async #round(id: string, watched: Watched, ip: string, probe: ReadinessProbe): Promise<void> {
    const result = await this.#probe(ip, probe);
    if (this.#watched.get(id) !== watched) return;
    const before = watched.readiness.ready;
    watched.readiness = afterProbe(watched.readiness, result, probe.failureThreshold);
    watched.timer = setTimeout(() => void this.#round(id, watched, ip, probe), nextProbeMs(watched.readiness, probe.periodSeconds));
    if (watched.readiness.ready === before) return;
    // Verifications look inside pods only now and then: a pod that falls silent is a reason to look at once.
    if (before) this.#wiring.distrust('pods');
    this.#onChange();
  }
}
